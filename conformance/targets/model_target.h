// A model in this process as a conformance target (conformance/targets/model.h), from a shared library or linked in.
#pragma once

#include <memory>
#include <string>

#include "conformance/runner.h"
#include "conformance/targets/applies.h"
#include "conformance/targets/model.h"

namespace coincide {

class ModelTarget final : public ConformTarget {
 public:
  /// Loads a shared library, by its path. Error: it cannot be loaded, exports no model, or one of another version, or
  /// one that lacks a function.
  static Result<std::unique_ptr<ConformTarget>> load(const std::string& path);
  /// A model that is linked in; it must outlive the target. Errors as above.
  static Result<std::unique_ptr<ConformTarget>> over(const coincide_model& model);

  ModelTarget(const ModelTarget&) = delete;
  ModelTarget& operator=(const ModelTarget&) = delete;
  ~ModelTarget() override;

  std::string name() const override;
  std::string cannot(const Script& script) const override { return cannot_run(script, plain_); }
  Result<RunOutcome> run(const Script& script) override;

 private:
  ModelTarget(const coincide_model& model, std::string place, void* library);
  static Result<std::unique_ptr<ConformTarget>> make(const coincide_model& model, std::string place, void* library);

  const coincide_model& model_;
  std::string place_;
  void* library_;  ///< of dlopen; null if it is linked in
  PlainMachine plain_;
};

}  // namespace coincide
