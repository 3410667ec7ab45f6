#include "tls_contexts.hpp"

#include "certificate.hpp"

#include <boost/asio/buffer.hpp>

#include <fstream>

namespace emojiscope::simulator {
namespace {

namespace asio = boost::asio;

boost::system::error_code use(const Certificate& certificate, asio::ssl::context& context) {
    boost::system::error_code error;
    context.use_certificate_chain(asio::buffer(certificate.certificate_pem), error);
    if (!error) {
        context.use_private_key(asio::buffer(certificate.key_pem), asio::ssl::context::pem, error);
    }
    return error;
}

}  // namespace

Result<std::unique_ptr<TlsContexts>> make_tls_contexts(const std::filesystem::path& file) {
    auto loopback = make_certificate(loopback_names);
    if (!loopback) {
        return loopback.error();
    }
    auto elsewhere = make_certificate("DNS:elsewhere.invalid");
    if (!elsewhere) {
        return elsewhere.error();
    }
    if (file.empty()) {
        return fail(ErrorCode::invalid_argument,
                    "TLS needs a file to write the certificate to, for clients to trust");
    }
    std::ofstream out(file);
    out << loopback->certificate_pem;
    out.close();
    if (!out) {
        return fail(ErrorCode::io, "cannot write the certificate to " + file.string());
    }
    auto contexts = std::make_unique<TlsContexts>();
    auto error = use(*loopback, contexts->loopback);
    if (!error) {
        error = use(*elsewhere, contexts->elsewhere);
    }
    if (error) {
        return fail(ErrorCode::internal, "the certificate cannot be used: " + error.message());
    }
    return contexts;
}

}  // namespace emojiscope::simulator
