#include "emoji_events.hpp"

#include <spdlog/spdlog.h>

namespace emojiscope::bot {

namespace asio = boost::asio;

asio::awaitable<Result<bool>> EmojiEvents::handle(Incoming incoming, bool may_alert,
                                                  SystemTime heard) {
    if (auto* event = std::get_if<EmojiAdded>(&incoming)) {
        co_return co_await added(std::move(*event), may_alert, heard);
    }
    if (auto* event = std::get_if<EmojiAliased>(&incoming)) {
        auto done = co_await keeper_.alias(event->name, event->target);
        co_return done ? Result<bool>(false) : Result<bool>(done.error());
    }
    if (auto* event = std::get_if<EmojiRemoved>(&incoming)) {
        auto done = co_await keeper_.remove(event->names);
        co_return done ? Result<bool>(false) : Result<bool>(done.error());
    }
    if (auto* event = std::get_if<EmojiRenamed>(&incoming)) {
        auto done = co_await keeper_.rename(event->from, event->to, event->url);
        if (!done) {
            co_return done.error();
        }
        if (may_alert && done->unlearnt) {
            // What waits for its picture waits under the new name from now on.
            auto noted = co_await alerts_.consider_later(done->unlearnt->name, done->unlearnt->value);
            if (!noted) {
                co_return noted.error();
            }
        }
        co_return !done->known;
    }
    co_return std::holds_alternative<EmojiListChanged>(incoming);
}

asio::awaitable<Result<bool>> EmojiEvents::added(EmojiAdded event, bool may_alert,
                                                 SystemTime heard) {
    const std::string name = event.name;
    const std::string url = event.url;
    auto upload = co_await keeper_.add(std::move(event.name), std::move(event.url), heard);
    if (!upload) {
        if (may_alert) {
            // A comparison may learn it, when this event is long forgotten.
            if (auto noted = co_await alerts_.consider_later(name, url); !noted) {
                co_return noted.error();
            }
        }
        if (upload.error().code == ErrorCode::not_found) {
            co_return true;  // not there yet, or removed or replaced meanwhile: the list tells
        }
        spdlog::warn(":{}: was uploaded but cannot be learnt: {}", name, upload.error().message);
        switch (upload.error().code) {
            case ErrorCode::io:
            case ErrorCode::conflict:
            case ErrorCode::internal: co_return upload.error();  // ours: the event is handled again
            case ErrorCode::network:
            case ErrorCode::timeout:
            case ErrorCode::rate_limited: co_return true;  // noted in its record for a sync
            default: co_return false;                      // the picture itself: noted as well
        }
    }
    spdlog::info(":{}: was uploaded and is searchable", name);
    if (may_alert) {
        if (auto considered = co_await alerts_.consider(std::move(*upload)); !considered) {
            co_return considered.error();
        }
    }
    co_return false;
}

}  // namespace emojiscope::bot
