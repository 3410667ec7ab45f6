// What the local Slack shows to those who connect over TLS.
#pragma once

#include "emojiscope/core/error.hpp"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>

namespace emojiscope::simulator {

struct TlsContexts {
    boost::asio::ssl::context loopback{boost::asio::ssl::context::tls_server};
    boost::asio::ssl::context elsewhere{boost::asio::ssl::context::tls_server};  ///< another host's
};

/// Makes the certificates, and writes the one for loopback to `file` (PEM), for clients to trust.
/// Errors: invalid_argument (no file), io, internal.
[[nodiscard]] Result<std::unique_ptr<TlsContexts>> make_tls_contexts(
    const std::filesystem::path& file);

}  // namespace emojiscope::simulator
