#include "conformance/targets/model_target.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <limits>

#include "conformance/targets/model_session.h"

namespace coincide {
namespace {

/// The first function that the model must have and does not; empty if it has all.
std::string_view missing_function(const coincide_model& model) {
  if (model.create == nullptr) return "create";
  if (model.destroy == nullptr) return "destroy";
  if (model.reset == nullptr) return "reset";
  if (model.read_port == nullptr) return "read_port";
  if (model.write_port == nullptr) return "write_port";
  if (model.read_config == nullptr) return "read_config";
  if (model.write_config == nullptr) return "write_config";
  return {};
}

/// What is wrong with a model; empty if nothing is.
std::string fault_of(const coincide_model& model) {
  if (model.version != COINCIDE_MODEL_VERSION) {
    return fmt::format("was built for version {} of model.h, and this is {}", model.version, COINCIDE_MODEL_VERSION);
  }
  if (model.name == nullptr) return "has no name";
  if (model.pci_device_id != 0x7010 && model.pci_device_id != 0x7111) {
    return fmt::format("is device {:04X}h, and 7010h (PIIX3) and 7111h (PIIX4) are known", model.pci_device_id);
  }
  const std::string_view function = missing_function(model);
  return function.empty() ? "" : fmt::format("has no function '{}'", function);
}

}  // namespace

ModelTarget::ModelTarget(const coincide_model& model, std::string place, void* library)
    : model_(model), place_(std::move(place)), library_(library) {
  plain_.chip = model.pci_device_id == 0x7010 ? Chip::piix3 : Chip::piix4;
  plain_.cdrom = model.has_optical != 0;
  plain_.any_memory = true;
  plain_.any_pci_device = true;
  plain_.largest_medium = std::numeric_limits<std::uint64_t>::max();
}

ModelTarget::~ModelTarget() {
  if (library_ != nullptr) dlclose(library_);
}

Result<std::unique_ptr<ConformTarget>> ModelTarget::make(const coincide_model& model, std::string place,
                                                         void* library) {
  std::unique_ptr<ModelTarget> target(new ModelTarget(model, std::move(place), library));
  const std::string fault = fault_of(model);
  if (!fault.empty()) return Error{target->place_, fault};
  return std::unique_ptr<ConformTarget>(std::move(target));
}

Result<std::unique_ptr<ConformTarget>> ModelTarget::load(const std::string& path) {
  // A name without a slash would be looked for where libraries of the system are.
  const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return Error{path, fmt::format("cannot be loaded: {}", dlerror())};
  const auto get_model = reinterpret_cast<decltype(&coincide_get_model)>(dlsym(library, "coincide_get_model"));
  const coincide_model* model = get_model != nullptr ? get_model() : nullptr;
  if (model == nullptr) {
    dlclose(library);
    return Error{path, "exports no model by 'coincide_get_model' (conformance/targets/model.h)"};
  }
  return make(*model, path, library);
}

Result<std::unique_ptr<ConformTarget>> ModelTarget::over(const coincide_model& model) {
  return make(model, model.name != nullptr ? model.name : "model", nullptr);
}

std::string ModelTarget::name() const { return "model:" + place_; }

Result<RunOutcome> ModelTarget::run(const Script& script) {
  ModelSession session(model_, script.board);
  if (!session.made()) {
    RunOutcome outcome;
    outcome.out_of_reach = "a machine that the model cannot make";
    outcome.expectations.resize(script.expectations.size());
    return outcome;
  }
  RunOutcome outcome = run_script(script, session);
  outcome.out_of_reach = session.out_of_reach();
  return outcome;
}

}  // namespace coincide
