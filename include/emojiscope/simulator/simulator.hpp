// A local Slack: Web API, Socket Mode and a page to type in, on loopback, for demo and tests.
//
// It speaks the documented protocol strictly: what the real Slack refuses is refused here, and what
// the real one silently drops is dropped here and noted as a violation. It shares no code with the
// room `slack`, so that a misunderstanding there cannot hide here.
//
// Controls (HTTP, JSON, under /sim; a person's hands in the page and in tests). What people do is
// done by `user_id`, or by whom `user` names, if that is the member:
//   GET  /sim/state                       sockets, counts, latencies, violations
//   GET  /sim/emoji                       name -> URL or alias:other
//   GET  /sim/messages?after=&channel=&wait_ms=   everything said, in order; long poll
//   GET  /sim/file?id=                    the bytes of a file in a message or view
//   POST /sim/file/delete {id}            deletes one of the bot's, as somebody else may
//   POST /sim/command {text, channel_id?, user?} types `/emoji text`; -> {id}
//   GET  /sim/command?id=&wait_ms=        whether it was acknowledged and answered, and with what
//   POST /sim/click {channel_id, ts, block_id?, action_id, user?}   presses a button; -> {id}, to
//                                         be followed up as a command
//   POST /sim/shortcut {callback_id, channel_id?, ts?}   a global shortcut, or that of a message;
//                                         -> {id}, as for a click
//   POST /sim/home {}                     looks at the bot's Home tab
//   GET  /sim/surfaces?after=&wait_ms=    {version, modal, home}: the views as they are; long poll
//   POST /sim/view/act {view_id, block_id?, action_id, value?}
//                                         presses or chooses something; -> {id}
//   POST /sim/view/suggest {view_id, block_id?, action_id, value}
//                                         types into a menu that asks the bot; -> {id}, whose
//                                         answer is what it offers
//   POST /sim/view/submit {view_id}, /sim/view/close {view_id}
//   POST /sim/emoji?name=&silent=         uploads the body as an emoji
//   POST /sim/emoji/alias {name, alias_for, silent?}, /rename {old_name, new_name, silent?},
//        /remove {names, silent?}, /unknown {}
//   POST /sim/dm?filename=&text=&check_file_info=&user=  writes to the bot; the body is the file, if any
//   POST /sim/message?channel=&filename=&text=&user=   the same in a channel; a mention with
//                                         @Emojiscope in it; -> {ts}
//   POST /sim/cut {for_ms?}               resets every socket, and refuses new ones for a while
//   POST /sim/disconnect {reason}         a `disconnect` frame on every socket
//   POST /sim/freeze {for_ms}             sockets stay open but nothing is read or sent
//   POST /sim/locale {locale}             the language that the user chose, as users.info tells it
//   POST /sim/rate_limit {method, retry_after, count}, /sim/fail {method, status|error, count}
//   POST /sim/fault {on, kind, count?, …}   arms a fault for the next `count` times:
//          on "http": of answers below `path`: status (status, retry_after), html, redirect
//            (location), reset, hang, truncate, endless, slow; delay_ms; after: true lets the
//            request take effect first
//          on "handshake": status (409, 503, …), delay_ms      on "tls": closed, wrong_host
//          on "socket": no_hello; deaf (answers `pongs` pings, then reads nothing; it still sends)
//          on "envelope": twice; reset_midway; ack_lost
//   POST /sim/fault/clear {}
//   POST /sim/frame {kind}                binary, oversized, broken_json, unknown_type: on every
//                                         socket, the last one as an envelope
//   POST /sim/hold {}, /sim/release {reversed?}   keeps events back, and sends them
//   POST /sim/response_urls/expire {}     none of those so far works any more
#pragma once

#include "emojiscope/core/error.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace emojiscope::simulator {

struct Options {
    std::string address = "127.0.0.1";  ///< a loopback address; others are refused
    std::uint16_t port = 0;             ///< 0: any free one
    bool tls = false;                   ///< https and wss, with a certificate made at the start
    std::filesystem::path certificate_file;  ///< where that certificate is written (PEM); needed
    std::filesystem::path workspace;         ///< a folder of images, and aliases.json; may be empty

    std::string bot_token = "xoxb-local";
    std::string app_token = "xapp-local";
    std::string team_id = "T0LOCAL";
    std::string app_id = "A0LOCAL";
    std::string bot_user_id = "U0BOT";
    std::string bot_id = "B0BOT";
    std::string user_id = "U0HUMAN";     ///< an admin of the workspace, at the page's keyboard
    std::string member_id = "U0MEMBER";  ///< somebody else, who is none
    std::string locale = "en-US";  ///< that the user chose
    std::string alert_channel = "C0EMOJI";
    std::string general_channel = "C0GENERAL";
    std::string dm_channel = "D0HUMAN";
    std::string outside_channel = "C0RANDOM";  ///< public, and the bot is not in it

    /// Of the bot token, as each answer to it tells in X-OAuth-Scopes; empty: that is not told.
    std::string scopes =
        "app_mentions:read,chat:write,chat:write.public,commands,emoji:read,files:read,files:write,"
        "im:history,im:write,reactions:write,users:read";
    std::chrono::seconds clock_ahead{0};  ///< how far the Date of answers is ahead

    std::chrono::milliseconds ack_timeout{3'000};
    std::chrono::milliseconds trigger_life{3'000};
    /// How long Slack looks at an upload that is not shared; until then no blocks may show it.
    std::chrono::milliseconds file_processing{300};
    /// After a failed try an event is sent again after each of these, then dropped.
    std::chrono::milliseconds retry_first{0};
    std::chrono::milliseconds retry_second{60'000};
    std::chrono::milliseconds retry_third{300'000};
    std::size_t max_sockets = 10;
    /// How many times a minute apps.connections.open is granted, with bursts of `dial_burst`; 0:
    /// any number.
    double dials_per_minute = 0;
    double dial_burst = 10;
    /// Messages a second that chat.postMessage takes in one channel, with bursts of `post_burst`;
    /// 0: any number.
    double posts_per_second = 1;
    double post_burst = 5;
};

/// Runs on a thread of its own from `start` to `stop`. Members may be called from any thread.
class Simulator {
public:
    /// Errors: invalid_argument (not loopback, no such folder), io (the port is taken, the
    /// certificate cannot be written).
    [[nodiscard]] static Result<std::unique_ptr<Simulator>> start(const Options& options);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    [[nodiscard]] std::string page_url() const;      ///< e.g. http://127.0.0.1:8765/
    [[nodiscard]] std::string api_base_url() const;  ///< e.g. http://127.0.0.1:8765/api/

    /// Closes everything and joins the thread. Also done by the destructor.
    void stop();

private:
    class Impl;
    explicit Simulator(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

}  // namespace emojiscope::simulator
