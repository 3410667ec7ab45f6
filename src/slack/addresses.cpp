#include "emojiscope/slack/addresses.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace emojiscope::slack {
namespace {

namespace ip = boost::asio::ip;

struct V4Range {
    std::uint32_t first;
    unsigned bits;
};

constexpr std::array<V4Range, 15> not_public_v4{{
    {0x00000000, 8},   // 0.0.0.0/8: this network
    {0x0A000000, 8},   // 10.0.0.0/8: private
    {0x64400000, 10},  // 100.64.0.0/10: carrier-grade NAT
    {0x7F000000, 8},   // 127.0.0.0/8: loopback
    {0xA9FE0000, 16},  // 169.254.0.0/16: link-local, the metadata of clouds among them
    {0xAC100000, 12},  // 172.16.0.0/12: private
    {0xC0000000, 24},  // 192.0.0.0/24: assignments of protocols
    {0xC0000200, 24},  // 192.0.2.0/24: documentation
    {0xC0586300, 24},  // 192.88.99.0/24: relays of 6to4, given up
    {0xC0A80000, 16},  // 192.168.0.0/16: private
    {0xC6120000, 15},  // 198.18.0.0/15: measurements
    {0xC6336400, 24},  // 198.51.100.0/24: documentation
    {0xCB007100, 24},  // 203.0.113.0/24: documentation
    {0xE0000000, 4},   // 224.0.0.0/4: multicast
    {0xF0000000, 4},   // 240.0.0.0/4: reserved, and broadcast
}};

bool is_public_v4(std::uint32_t address) {
    return std::ranges::none_of(not_public_v4, [&](const V4Range& range) {
        return ((address ^ range.first) >> (32 - range.bits)) == 0;
    });
}

/// The 32 bits that begin at `byte`.
std::uint32_t word_at(const ip::address_v6::bytes_type& bytes, std::size_t byte) {
    std::uint32_t word = 0;
    for (std::size_t i = byte; i < byte + 4; ++i) {
        word = (word << 8U) | bytes[i];
    }
    return word;
}

bool is_public_v6(const ip::address_v6& address) {
    const auto bytes = address.to_bytes();
    const std::uint32_t head = word_at(bytes, 0);
    const std::uint32_t second = word_at(bytes, 4);
    const std::uint32_t third = word_at(bytes, 8);
    const bool mapped = head == 0 && second == 0 && third == 0x0000FFFF;  // ::ffff:0:0/96
    const bool nat64 = head == 0x0064FF9B && second == 0 && third == 0;   // 64:ff9b::/96
    if (mapped || nat64) {
        return is_public_v4(word_at(bytes, 12));
    }
    if ((head >> 29U) != 1) {
        return false;  // outside 2000::/3 nothing is given out for the public internet
    }
    if ((head >> 16U) == 0x2002) {
        return is_public_v4(word_at(bytes, 2));  // 6to4
    }
    const bool protocols = (head >> 9U) == (0x20010000U >> 9U);  // 2001::/23, Teredo among them
    const bool documentation = head == 0x20010DB8 || (head >> 12U) == 0x3FFF0;  // 3fff::/20
    return !protocols && !documentation;
}

}  // namespace

bool is_public_address(const ip::address& address) {
    return address.is_v4() ? is_public_v4(address.to_v4().to_uint())
                           : is_public_v6(address.to_v6());
}

}  // namespace emojiscope::slack
