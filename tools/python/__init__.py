"""What is written in Python; the package itself is `coincide`."""
