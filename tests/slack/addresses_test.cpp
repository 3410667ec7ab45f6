// Which addresses are of the public internet, at both ends of each range.
#include "emojiscope/slack/addresses.hpp"

#include <catch2/catch.hpp>

namespace emojiscope::slack {
namespace {

bool is_public(const char* text) {
    return is_public_address(boost::asio::ip::make_address(text));
}

}  // namespace

TEST_CASE("addresses of the public internet are public", "[addresses]") {
    for (const char* address :
         {"1.1.1.1",        "3.161.82.10",      "9.255.255.255",   "11.0.0.0",
          "52.84.150.39",   "100.63.255.255",   "100.128.0.0",     "126.255.255.255",
          "128.0.0.0",      "169.253.255.255",  "169.255.0.0",     "172.15.255.255",
          "172.32.0.0",     "192.0.1.0",        "192.0.3.0",       "192.167.255.255",
          "192.169.0.0",    "198.17.255.255",   "198.20.0.0",      "198.51.101.0",
          "203.0.112.255",  "203.0.114.0",      "223.255.255.255", "2600:9000:2490::1",
          "2001:200::1",    "2001:db7::1",      "2001:db9::1",     "2a00:1450:4001:81b::200e",
          "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1"}) {
        CAPTURE(address);
        CHECK(is_public(address));
    }
}

TEST_CASE("addresses of networks of one's own are not public", "[addresses]") {
    for (const char* address :
         {"0.0.0.0",        "0.255.255.255",   "10.0.0.0",        "10.255.255.255",
          "100.64.0.0",     "100.127.255.255", "127.0.0.1",       "127.255.255.255",
          "169.254.0.0",    "169.254.169.254", "169.254.255.255", "172.16.0.0",
          "172.31.255.255", "192.0.0.1",       "192.0.2.1",       "192.88.99.1",
          "192.168.0.0",    "192.168.255.255", "198.18.0.0",      "198.19.255.255",
          "198.51.100.1",   "203.0.113.1",     "224.0.0.1",       "239.255.255.255",
          "240.0.0.1",      "255.255.255.255"}) {
        CAPTURE(address);
        CHECK_FALSE(is_public(address));
    }
    for (const char* address : {"::",          "::1",         "::2",         "100::1",
                                "1fff::1",     "4000::1",     "fc00::1",     "fd12:3456:789a::1",
                                "fe80::1",     "febf::1",     "fec0::1",     "ff02::1",
                                "ff0e::1",     "2001:db8::1", "2001:2::1",   "2001:10::1",
                                "2001:1ff::1", "3fff::1",     "3fff:fff::1", "5f00::1"}) {
        CAPTURE(address);
        CHECK_FALSE(is_public(address));
    }
}

TEST_CASE("an address of IPv6 hides none of IPv4", "[addresses]") {
    for (const char* address :
         {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1",
          "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1",
          "64:ff9b:1::101:101", "2002:7f00:1::1", "2002:a00:1::1",
          "2002:a9fe:a9fe::", "2002:c0a8:101::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
          "2001:0:101:101::f5ff:fffe"}) {
        CAPTURE(address);
        CHECK_FALSE(is_public(address));
    }
}

}  // namespace emojiscope::slack
