// Expected failures as values.
//
// Every room reports what can go wrong in ordinary life (a bad file, a refused
// connection, a locked database) as a Result; exceptions are kept for
// programming errors and exhausted memory. `message` is one line, fit to be
// shown to a user: what was tried, on what, and what was wrong with it.
#pragma once

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace emojiscope {

enum class ErrorCode {
    invalid_argument,  ///< the caller or the user gave something unusable
    not_found,         ///< no such file, name or record
    io,                ///< the disk or the operating system refused
    corrupt,           ///< bytes that are not what they claim to be
    unsupported,       ///< well-formed, but of a kind that we do not handle
    too_large,         ///< over one of our limits
    network,           ///< connection, TLS or protocol failure; worth a retry
    timeout,           ///< a deadline passed; worth a retry
    auth,              ///< the token is refused; a retry cannot help
    rate_limited,      ///< told to wait longer than we may
    conflict,          ///< contradicts what is stored (another model, another writer)
    cancelled,         ///< stopped on request
    internal,          ///< a bug, or a third-party library in a state that it should not reach
};

[[nodiscard]] const char* to_string(ErrorCode code) noexcept;

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;

    friend bool operator==(const Error&, const Error&) = default;
};

/// Thrown only when a Result is unwrapped without a check.
class UncheckedError : public std::runtime_error {
public:
    explicit UncheckedError(const Error& error) : std::runtime_error(error.message) {}
};

[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location& /*where*/) {
    throw UncheckedError(error);
}

template <class T>
using Result = boost::system::result<T, Error>;

/// `return fail(ErrorCode::io, "cannot read " + path);`
[[nodiscard]] inline Error fail(ErrorCode code, std::string message) {
    return Error{code, std::move(message)};
}

}  // namespace emojiscope
