// The golden corpus: traces that runs are held against, listed in corpus/MANIFEST with who vouches for each. A golden
// that only our own emulator wrote proves nothing but that it did not change, so none enters without an authority:
//
//   rule     every expectation of the script that made it holds, and they cite the rules
//   capture  a log of a real driver on another machine; the emulator coincides with it under its profile
//   peer     an independent implementation gave the same observations
#pragma once

#include <string>
#include <vector>

#include "trace/error.h"

namespace coincide {

/// One line of the MANIFEST. Paths are relative: `path` to the corpus, `source` to the folder that the corpus lies in.
struct Golden {
  std::string path;       ///< "golden/bmide/larger.trace"
  std::string file;       ///< XXH3-128 of the file, 32 hexadecimal digits
  std::string name;       ///< the run's name: last value of its chain
  std::string authority;  ///< "rule", "capture" or "peer"
  std::string vouched;    ///< the rules; the capture and its source; the peer and its version
  std::string source;     ///< script that makes it again; empty for captures
  std::string profile;    ///< profile it is recorded, or replayed, with
  std::string reason;     ///< why it is here, or why it was blessed last
};

/// What `verify` says of one golden, or of a file that should be none.
struct GoldenFinding {
  std::string path;
  std::string problem;  ///< empty: it holds
};

class Corpus {
 public:
  /// Reads `directory`/MANIFEST. Errors: unreadable or malformed manifest (with its line), an entry that lacks a field.
  static Result<Corpus> open(const std::string& directory);
  /// The corpus found upwards from the current directory or the program; an error if there is none.
  static Result<std::string> find();

  const std::string& directory() const { return directory_; }
  const std::vector<Golden>& goldens() const { return goldens_; }

  /// Holds a golden against its hashes, its name and its authority: scripts are run again, captures replayed.
  GoldenFinding verify(const Golden& golden) const;
  /// Traces beneath the corpus that the MANIFEST does not list.
  std::vector<GoldenFinding> unlisted() const;

  /// Makes a golden of a script, or of a capture that `coincide import` made, and lists it. Takes the place of one with
  /// the same path. Errors: no authority (no cited expectation, one that fails, a capture that does not coincide), or
  /// input that cannot be read. The MANIFEST is written by `save`.
  Result<Golden> add(const std::string& input, const std::string& profile, const std::string& reason);
  /// Records a listed golden again from its source.
  Result<Golden> bless(const std::string& path, const std::string& reason);
  Result<void> save() const;

 private:
  explicit Corpus(std::string directory) : directory_(std::move(directory)) {}
  std::string root() const;
  Result<Golden> add_script(const std::string& input, const std::string& profile, const std::string& reason);
  Result<Golden> add_capture(const std::string& input, const std::string& profile, const std::string& reason);
  Result<Golden> list(Golden golden);

  std::string directory_;
  std::vector<Golden> goldens_;  ///< sorted by path
};

}  // namespace coincide
