#include "socket_session.hpp"

#include "net_errors.hpp"

#include <spdlog/spdlog.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace emojiscope::slack {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using nlohmann::json;
using std::chrono::steady_clock;
constexpr auto as_tuple = asio::as_tuple(asio::use_awaitable);

/// Far more than Slack leaves unacknowledged; beyond it something is wrong with the handler. Slack
/// gives what is dropped with the socket to another one.
constexpr std::size_t max_queue = 1'024;
constexpr std::size_t max_queued_bytes = std::size_t{16} * 1024 * 1024;

/// Questions at once. Who types makes a few a second; beyond this nobody waits for them any more.
constexpr std::size_t max_answers = 512;

/// Acknowledgements that wait for a peer that takes none; those of all that may wait come at once.
constexpr std::size_t max_unsent = 2 * max_queue + max_answers;

/// A handler that throws for so many envelopes, one after another, is broken rather than unlucky.
constexpr int max_thrown_in_a_row = 3;

}  // namespace

SocketSession::SocketSession(std::unique_ptr<NetStream> stream, Url url,
                             SocketModeClient::Handler handler, Answering answering,
                             const SocketModeOptions& options)
    : socket_(std::move(*stream)),
      url_(std::move(url)),
      handler_(std::move(handler)),
      answering_(std::move(answering)),
      options_(options),
      queue_signal_(socket_.get_executor(), steady_clock::time_point::max()),
      unsent_signal_(socket_.get_executor(), steady_clock::time_point::max()),
      closed_signal_(socket_.get_executor(), steady_clock::time_point::max()),
      watch_timer_(socket_.get_executor()),
      drain_timer_(socket_.get_executor()) {}

SocketSession::~SocketSession() = default;

asio::awaitable<Result<Frame>> SocketSession::read_frame() {
    auto [error, bytes] = co_await socket_.async_read(buffer_, as_tuple);
    if (error == websocket::error::closed) {
        co_return fail(ErrorCode::network,
                       url_.authority() + " closed the socket (code " +
                           std::to_string(static_cast<unsigned>(socket_.reason().code)) + ")");
    }
    if (error) {
        co_return net_error(url_, "the socket", error);
    }
    last_frame_ = steady_clock::now();
    const std::string text = beast::buffers_to_string(buffer_.data());
    buffer_.consume(buffer_.size());
    auto frame = parse_frame(text);
    if (!frame) {
        // Not ours to repair, and no reason to lose the connection.
        spdlog::warn("{}: {}; ignored", url_.authority(), frame.error().message);
        co_return Frame(UnknownFrame{"not JSON"});
    }
    co_return std::move(*frame);
}

void SocketSession::start() {
    const auto run = [self = shared_from_this()](asio::awaitable<void> loop) {
        asio::co_spawn(self->socket_.get_executor(), std::move(loop),
                       [self](const std::exception_ptr& thrown) {
                           if (thrown) {
                               self->give_up("an internal error");
                           }
                       });
    };
    run(read_loop());
    run(work_loop());
    run(write_loop());
    run(watch_loop());
}

void SocketSession::take_envelope(Envelope envelope) {
    if (options_.observer != nullptr) {
        options_.observer->envelope_came(envelope.type);
    }
    if (!answering_.wanted || !answering_.wanted(envelope)) {
        if (queue_.size() + in_hand_ >= max_queue ||
            queued_bytes_ + envelope.bytes > max_queued_bytes) {
            give_up("too many envelopes wait to be stored");
            return;
        }
        queued_bytes_ += envelope.bytes;
        queue_.push_back(std::move(envelope));
        queue_signal_.cancel();
        return;
    }
    if (answers_under_way_ >= max_answers) {
        spdlog::warn("envelope {}: too many questions wait for an answer; ignored", envelope.id);
        not_acknowledged(Unacknowledged::refused);
        return;
    }
    ++answers_under_way_;
    asio::co_spawn(socket_.get_executor(), answer(std::move(envelope)),
                   [self = shared_from_this()](const std::exception_ptr& thrown) {
                       --self->answers_under_way_;
                       if (thrown) {
                           self->give_up("an internal error while a question was answered");
                       }
                   });
}

void SocketSession::take(Frame frame) {
    if (auto* envelope = std::get_if<Envelope>(&frame)) {
        envelope->read_at = last_frame_;
        take_envelope(std::move(*envelope));
    } else if (const auto* bye = std::get_if<Disconnect>(&frame)) {
        auto kind = Ending::Kind::refresh;
        if (bye->reason == "link_disabled") {
            kind = Ending::Kind::link_disabled;
        } else if (bye->reason == "too_many_websockets") {
            kind = Ending::Kind::too_many;
        }
        end({kind, bye->reason});
    } else if (const auto* unknown = std::get_if<UnknownFrame>(&frame)) {
        spdlog::debug("{}: a frame of type '{}' is ignored", url_.authority(), unknown->type);
    }
}

asio::awaitable<void> SocketSession::read_loop() {
    for (;;) {
        auto frame = co_await read_frame();
        if (!frame) {
            give_up(frame.error().message);
            co_return;
        }
        take(std::move(*frame));
    }
}

asio::awaitable<void> SocketSession::work_loop() {
    for (;;) {
        while (queue_.empty()) {
            if (!open_) {
                co_return;
            }
            co_await queue_signal_.async_wait(as_tuple);
        }
        const std::vector<Envelope> envelopes(std::make_move_iterator(queue_.begin()),
                                              std::make_move_iterator(queue_.end()));
        queue_.clear();
        in_hand_ = envelopes.size();
        handling_since_ = steady_clock::now();
        co_await store(envelopes);
        handling_since_.reset();
        in_hand_ = 0;
        for (const Envelope& envelope : envelopes) {
            queued_bytes_ -= envelope.bytes;
        }
        if (thrown_in_a_row_ >= max_thrown_in_a_row) {
            thrown_in_a_row_ = 0;
            give_up("what takes envelopes in hand fails again and again");
        }
    }
}

asio::awaitable<void> SocketSession::store(std::span<const Envelope> envelopes) {
    const bool taken = co_await hand_over(envelopes);
    if (taken || envelopes.size() == 1) {
        co_return;
    }
    for (std::size_t i = 0; i < envelopes.size(); ++i) {
        co_await hand_over(envelopes.subspan(i, 1));
    }
}

/// False if they cost an exception.
asio::awaitable<bool> SocketSession::hand_over(std::span<const Envelope> envelopes) {
    std::vector<bool> durable;
    try {
        durable = co_await handler_(envelopes);
        thrown_in_a_row_ = 0;
    } catch (const std::exception& problem) {
        if (envelopes.size() == 1) {
            ++thrown_in_a_row_;
            not_acknowledged(Unacknowledged::refused);
            spdlog::error("envelope {}: {}; it is not acknowledged, Slack will repeat it",
                          envelopes[0].id, problem.what());
        } else {
            spdlog::warn("{} envelopes: {}; each is tried by itself", envelopes.size(),
                         problem.what());
        }
        co_return false;
    }
    for (std::size_t i = 0; i < std::min(envelopes.size(), durable.size()); ++i) {
        if (durable[i]) {
            acknowledge(envelopes[i].id, nullptr, envelopes[i].read_at);
        } else {
            not_acknowledged(Unacknowledged::refused);
        }
    }
    co_return true;
}

asio::awaitable<void> SocketSession::answer(Envelope envelope) {
    const std::string id = envelope.id;
    const auto read_at = envelope.read_at;
    json payload;
    try {
        payload = co_await answering_.answer(std::move(envelope));
    } catch (const std::exception& problem) {
        spdlog::error("envelope {}: {}; it is acknowledged without an answer", id, problem.what());
    }
    acknowledge(id, payload, read_at);
}

void SocketSession::acknowledge(const std::string& id, const json& payload,
                                steady_clock::time_point read_at) {
    if (!open_) {
        not_acknowledged(Unacknowledged::unsent);
        return;
    }
    std::string frame = acknowledgement(id, payload);
    if (frame.size() >= frame_bytes_too_many && !payload.is_null()) {
        spdlog::error("envelope {}: an answer of {} bytes does not fit in a frame; left out", id,
                      frame.size());
        frame = acknowledgement(id);
    }
    if (frame.size() >= frame_bytes_too_many) {
        spdlog::error(
            "envelope with an id of {} bytes cannot be acknowledged; Slack will repeat it",
            id.size());
        return;
    }
    if (unsent_.size() >= max_unsent) {
        give_up("acknowledgements are not taken any more");
        return;
    }
    unsent_.push_back({id, std::move(frame), read_at});
    unsent_signal_.cancel();
}

asio::awaitable<void> SocketSession::write_loop() {
    // Only this socket may acknowledge; once it is gone, the repeat will be recognised.
    while (open_) {
        if (unsent_.empty()) {
            co_await unsent_signal_.async_wait(as_tuple);
            continue;
        }
        const Unsent next = std::move(unsent_.front());
        unsent_.pop_front();
        socket_.text(true);
        writing_since_ = steady_clock::now();
        auto [error, bytes] = co_await socket_.async_write(asio::buffer(next.frame), as_tuple);
        writing_since_.reset();
        if (error) {
            spdlog::warn(
                "envelope {}: the acknowledgement could not be sent: {}; Slack will repeat it",
                next.id, error.message());
            not_acknowledged(Unacknowledged::unsent);
        } else if (options_.observer != nullptr) {
            options_.observer->acknowledged(steady_clock::now() - next.read_at);
        }
    }
    not_acknowledged(Unacknowledged::unsent, std::exchange(unsent_, {}).size());
}

asio::awaitable<void> SocketSession::watch_loop() {
    while (open_) {
        watch_timer_.expires_after(options_.ping_every);
        co_await watch_timer_.async_wait(as_tuple);
        if (!open_ || closing_) {
            co_return;
        }
        if (std::string why = trouble(); !why.empty()) {
            give_up(std::move(why));
            co_return;
        }
        if (!pinging_) {
            // Apart from this loop, which must notice the silence even if the ping hangs.
            asio::co_spawn(
                socket_.get_executor(), [self = shared_from_this()] { return self->ping(); },
                asio::detached);
        }
    }
}

/// Why this socket is of no more use; empty if it is well.
std::string SocketSession::trouble() const {
    const auto now = steady_clock::now();
    const auto silence = std::chrono::duration_cast<std::chrono::milliseconds>(now - last_frame_);
    if (silence >= options_.dead_after) {
        return "no frame for " + std::to_string(silence.count()) + " ms, not even a pong";
    }
    if (handling_since_ && now - *handling_since_ >= options_.stuck_after) {
        return "what is in hand does not come to an end";
    }
    if (writing_since_ && now - *writing_since_ >= options_.stuck_after) {
        return "an acknowledgement cannot be sent";
    }
    return {};
}

asio::awaitable<void> SocketSession::ping() {
    const auto self = shared_from_this();
    pinging_ = true;
    co_await socket_.async_ping({}, as_tuple);
    pinging_ = false;
}

}  // namespace emojiscope::slack
