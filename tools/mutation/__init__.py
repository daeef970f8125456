"""What tools/mutate is made of: copies of the tree that can be altered, the faults by name, mutants by chance."""
