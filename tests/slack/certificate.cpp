#include "slack/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace emojiscope::loopback {
namespace {

template <class T, void (*Free)(T*)>
struct Freer {
    void operator()(T* object) const { Free(object); }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509, X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION, X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO, BIO_free_all>>;

constexpr long half_an_hour = 1800;

void must(bool good) {
    if (!good) {
        throw std::runtime_error("OpenSSL cannot make a certificate");
    }
}

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    must(extension != nullptr);
    must(X509_add_ext(certificate, extension.get(), -1) == 1);
}

template <class Write>
std::string to_pem(Write write) {
    const Bio bio(BIO_new(BIO_s_mem()));
    must(bio != nullptr && write(bio.get()) == 1);
    std::string text(16 * 1024, '\0');
    const int size = BIO_read(bio.get(), text.data(), static_cast<int>(text.size()));
    must(size > 0);
    text.resize(static_cast<std::size_t>(size));
    return text;
}

}  // namespace

Certificate make_certificate(const std::string& host) {
    const Key key(EVP_EC_gen("P-256"));
    const X509Ptr certificate(X509_new());
    must(key != nullptr && certificate != nullptr);
    X509* const made = certificate.get();
    must(X509_set_version(made, X509_VERSION_3) == 1);
    must(ASN1_INTEGER_set(X509_get_serialNumber(made), 1) == 1);
    must(X509_gmtime_adj(X509_getm_notBefore(made), -half_an_hour) != nullptr);
    must(X509_gmtime_adj(X509_getm_notAfter(made), half_an_hour) != nullptr);
    must(X509_set_pubkey(made, key.get()) == 1);
    X509_NAME* const name = X509_get_subject_name(made);
    const std::string common_name = "test server";
    must(X509_NAME_add_entry_by_NID(
             name, NID_commonName, MBSTRING_UTF8,
             reinterpret_cast<const unsigned char*>(common_name.data()),  // OpenSSL's bytes
             static_cast<int>(common_name.size()), -1, 0) == 1);
    must(X509_set_issuer_name(made, name) == 1);
    const bool address = host.find_first_not_of("0123456789.:") == std::string::npos;
    add_extension(made, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(made, NID_subject_alt_name, (address ? "IP:" : "DNS:") + host);
    must(X509_sign(made, key.get(), EVP_sha256()) > 0);
    return {to_pem([&](BIO* bio) { return PEM_write_bio_X509(bio, made); }), to_pem([&](BIO* bio) {
                return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr,
                                                nullptr);
            })};
}

}  // namespace emojiscope::loopback
