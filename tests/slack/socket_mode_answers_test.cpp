// Envelopes that are answered in their acknowledgement.
#include "slack/socket_mode_fixture.hpp"

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
using loopback::envelope;
using loopback::Gates;
using loopback::hello;
using loopback::quick_options;
using loopback::ServerSocket;
using loopback::SocketMode;
using nlohmann::json;

bool is_question(const Envelope& envelope) {
    return envelope.id.starts_with("q");
}

/// Sends these envelopes, then reads.
SocketMode::Script sends(SocketMode*& mode, std::vector<std::string> ids) {
    return [&mode, ids = std::move(ids)](int number, ServerSocket& socket) {
        socket.send(hello);
        for (const std::string& id : ids) {
            socket.send(envelope(id));
        }
        mode->read_on(number, socket);
    };
}

}  // namespace

TEST_CASE("a question is answered while something else is being stored", "[socket_mode]") {
    Gates gates;
    SocketMode* self = nullptr;
    SocketMode mode(sends(self, {"e1", "q1", "q2"}), quick_options(),
                    [&](Envelope) -> asio::awaitable<bool> {
                        co_await gates.wait("e1");
                        co_return true;
                    },
                    {is_question, [&](Envelope asked) -> asio::awaitable<json> {
                         if (asked.id == "q1") {
                             co_await gates.wait("q1");
                         }
                         co_return json{{"to", asked.id}};
                     }});
    self = &mode;
    mode.wait_for(R"(1 answers q2 {"to":"q2"})");
    // Nor does one question wait for another.
    mode.wait_until([&] { return gates.waits("q1") && gates.waits("e1"); });
    gates.open("q1");
    mode.wait_for(R"(1 answers q1 {"to":"q1"})");
    CHECK_FALSE(mode.journal.has("1 acks e1"));
    CHECK_FALSE(mode.journal.has("took q1"));  // it is not kept
    gates.open("e1");
    mode.wait_for("1 acks e1");
}

TEST_CASE("a question without an answer is acknowledged all the same", "[socket_mode]") {
    SocketMode* self = nullptr;
    SocketMode mode(sends(self, {"q-null", "q-throws", "q-long", "q-good"}), quick_options(), {},
                    {is_question, [](Envelope asked) -> asio::awaitable<json> {
                         if (asked.id == "q-throws") {
                             throw std::runtime_error("out of order");
                         }
                         if (asked.id == "q-long") {
                             co_return json{{"text", std::string(frame_bytes_too_many, 'a')}};
                         }
                         co_return asked.id == "q-null" ? json() : json{{"options", 1}};
                     }});
    self = &mode;
    mode.wait_for("1 acks q-null");
    mode.wait_for("1 acks q-throws");
    mode.wait_for("1 acks q-long");  // Slack would drop such a frame
    mode.wait_for(R"(1 answers q-good {"options":1})");
}

TEST_CASE("many answers at once are sent whole, one after another", "[socket_mode]") {
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) {
        ids.push_back("q" + std::to_string(i));
    }
    const std::string filling(10'000, 'x');
    SocketMode* self = nullptr;
    SocketMode mode(sends(self, ids), quick_options(), {},
                    {is_question, [&](Envelope) -> asio::awaitable<json> {
                         co_return json{{"fill", filling}};
                     }});
    self = &mode;
    for (const std::string& id : ids) {
        mode.wait_for("1 answers " + id + " " + json{{"fill", filling}}.dump());
    }
}

}  // namespace emojiscope::slack
