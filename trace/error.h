// Bad input is a value: where it is wrong, and what is wrong. Nothing is thrown across room borders; a broken
// invariant is not an Error but an assertion (`check`) that stays on in release builds.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace coincide {

/// One line for the user: `place` names the input and the spot in it ("boot.script:12:5", "a.trace: byte 4096 (chunk
/// 3)",
/// "--profile"), `what` says what is wrong there. Verbs print "place: what" and end with status 125.
struct Error {
  std::string place;
  std::string what;

  std::string line() const { return place.empty() ? what : place + ": " + what; }
  bool operator==(const Error&) const = default;
};

[[noreturn]] inline void broken_invariant(const char* what) {
  std::fprintf(stderr, "coincide: broken invariant: %s\n", what);
  std::abort();
}

/// Ends the process if an invariant of ours is broken, in every build. Never for bad input.
inline void check(bool holds, const char* what) {
  if (!holds) [[unlikely]]
    broken_invariant(what);
}

/// A value, or the error that stands in its place. Both convert implicitly: `return value;`, `return Error{...};`.
/// Ask with `if (result)`; taking the value of an error is a broken invariant.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return checked(), std::get<0>(state_); }
  const T& value() const& { return checked(), std::get<0>(state_); }
  T&& value() && { return checked(), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const { return check(!ok(), "error() of a good Result"), std::get<1>(state_); }

 private:
  void checked() const { check(ok(), "value() of a failed Result"); }
  std::variant<T, Error> state_;
};

/// Success, or an error: for calls that give nothing back.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return check(!ok(), "error() of a good Result"), *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace coincide
