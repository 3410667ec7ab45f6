// Which addresses a connection may lead to, whatever name led there.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace emojiscope::slack {

enum class Addresses {
    any,          ///< where the configuration itself points
    public_only,  ///< for URLs that somebody else wrote: never into the network that we stand in
};

/// Whether the address is reached over the public internet. Not so: loopback, link-local and
/// private ones, carrier-grade NAT, multicast, unspecified, reserved, those for documentation and
/// measurements, and the addresses of IPv6 that lead to one of these by a translation (mapped,
/// 6to4, NAT64) or may do so (Teredo, NAT64 under a prefix for local use).
/// https://www.iana.org/assignments/iana-ipv4-special-registry
/// https://www.iana.org/assignments/iana-ipv6-special-registry
[[nodiscard]] bool is_public_address(const boost::asio::ip::address& address);

}  // namespace emojiscope::slack
