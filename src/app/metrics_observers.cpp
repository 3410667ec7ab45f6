#include "metrics_observers.hpp"

#include "emojiscope/bot/command_registry.hpp"
#include "emojiscope/search/duplicate_finder.hpp"
#include "emojiscope/slack/api_methods.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace emojiscope::app {
namespace {

using bot::Outcome;
using bot::QueueName;
using search::DuplicateKind;
using slack::SocketEnd;
using slack::Unacknowledged;

constexpr std::string_view other = "other";
constexpr std::string_view ok = "ok";

// Kinds of items as they stand in the queues, beside "other".
constexpr std::array<std::string_view, 3> envelope_types{"events_api", "slash_commands",
                                                         "interactive"};
constexpr std::array<std::string_view, 4> outbox_kinds{"respond", "post", "share", "map"};

constexpr std::array duplicate_kinds{DuplicateKind::identical, DuplicateKind::same_image,
                                     DuplicateKind::near};
constexpr std::array outcomes{Outcome::Kind::done, Outcome::Kind::retry, Outcome::Kind::dead};
constexpr std::array socket_ends{SocketEnd::refresh, SocketEnd::too_many, SocketEnd::link_disabled,
                                 SocketEnd::lost};
constexpr std::array<std::string_view, 4> error_places{"work", "sync", "call", "dial"};

constexpr auto last_error = static_cast<int>(ErrorCode::internal);

// In seconds. Slack waits three of them for an acknowledgement.
std::vector<double> acknowledgement_bounds() {
    return {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 10};
}
std::vector<double> answer_bounds() {
    return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};
}
std::vector<double> sync_bounds() {
    return {0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600};
}

/// As a label: `rate_limited`.
std::string label(ErrorCode code) {
    std::string text = to_string(code);
    std::ranges::replace_if(
        text, [](char c) { return c < 'a' || c > 'z'; }, '_');
    return text;
}

double seconds(std::chrono::steady_clock::duration time) {
    return std::chrono::duration<double>(time).count();
}

std::string_view known(std::string_view value, std::span<const std::string_view> set) {
    return std::ranges::find(set, value) == set.end() ? other : value;
}

std::string_view word(QueueName queue) {
    switch (queue) {
        case QueueName::inbox: return "inbox";
        case QueueName::outbox: return "outbox";
        case QueueName::alerts: return "alerts";
        case QueueName::unannounced: break;
    }
    return "unannounced";
}

std::string_view word(Outcome::Kind outcome) {
    switch (outcome) {
        case Outcome::Kind::done: return "done";
        case Outcome::Kind::retry: return "retried";
        case Outcome::Kind::dead: break;
    }
    return "given_up";
}

std::string_view word(SocketEnd why) {
    switch (why) {
        case SocketEnd::refresh: return "refresh";
        case SocketEnd::too_many: return "too_many";
        case SocketEnd::link_disabled: return "link_disabled";
        case SocketEnd::lost: break;
    }
    return "lost";
}

std::string_view word(Unacknowledged why) {
    return why == Unacknowledged::refused ? "refused" : "unsent";
}

std::span<const std::string_view> kinds_of(QueueName queue) {
    return queue == QueueName::inbox ? std::span<const std::string_view>(envelope_types)
                                     : std::span<const std::string_view>(outbox_kinds);
}

/// All that `called` and `exchanged` may name.
std::vector<std::string_view> call_names() {
    std::vector<std::string_view> names(slack::other_calls.begin(), slack::other_calls.end());
    for (const slack::MethodFacts& facts : slack::api_methods()) {
        names.push_back(facts.name);
    }
    return names;
}

}  // namespace

MetricsObservers::MetricsObservers(telemetry::Metrics& metrics, const std::string& version)
    : build_(metrics.gauge("emojiscope_build_info", "The program; always 1.", {"version"})),
      model_(metrics.gauge("emojiscope_model_info", "The model that answers; always 1.",
                           {"model", "version"})),
      connected_(metrics.gauge("emojiscope_connected",
                               "1 while a socket to Slack is open and greeted, else 0.")),
      sockets_(metrics.gauge("emojiscope_sockets_open", "Sockets to Slack that are greeted.")),
      reconnects_(metrics.counter("emojiscope_reconnects_total",
                                  "Sockets that had to be replaced, by why.", {"reason"})),
      envelopes_(metrics.counter("emojiscope_envelopes_received_total",
                                 "Envelopes that Slack sent, repeats included.", {"type"})),
      acknowledged_(metrics.histogram("emojiscope_acknowledgement_seconds",
                                      "From an envelope's arrival until it was acknowledged.",
                                      acknowledgement_bounds())),
      unacknowledged_(
          metrics.counter("emojiscope_unacknowledged_total",
                          "Envelopes that were not taken in (refused), or whose socket was gone "
                          "(unsent).",
                          {"reason"})),
      queue_items_(
          metrics.gauge("emojiscope_queue_items", "Items that wait, due or not.", {"queue"})),
      queue_oldest_(metrics.gauge("emojiscope_queue_oldest_seconds",
                                  "How long the oldest item has waited; 0 if none waits.",
                                  {"queue"})),
      items_(metrics.counter("emojiscope_items_total", "Tries of items, by how they ended.",
                             {"queue", "kind", "outcome"})),
      commands_(metrics.histogram(
          "emojiscope_command_seconds",
          "From a command's arrival until its first answer was sent (of map: that "
          "it is being drawn), or its modal was opened.",
          answer_bounds(), {"command"})),
      calls_(metrics.counter("emojiscope_slack_calls_total",
                             "Calls to Slack, by result: ok, or the kind of error.",
                             {"method", "result"})),
      requests_(metrics.histogram("emojiscope_slack_request_seconds",
                                  "HTTP requests to Slack, without the wait for a rate limit.",
                                  answer_bounds(), {"method"})),
      rate_limited_(metrics.counter("emojiscope_slack_rate_limited_total",
                                    "Requests that Slack answered with status 429.", {"method"})),
      downloads_(metrics.counter("emojiscope_downloads_total", "Downloads of pictures, by result.",
                                 {"result"})),
      downloaded_bytes_(
          metrics.counter("emojiscope_downloaded_bytes_total", "Bytes of pictures downloaded.")),
      embedded_(metrics.counter("emojiscope_embedded_pictures_total",
                                "Pictures (frames, for animations) run through the model.")),
      embedding_(metrics.histogram("emojiscope_embedding_seconds",
                                   "Passes through the model: of a batch of pictures, of a text.",
                                   answer_bounds(), {"what"})),
      embedding_failures_(metrics.counter("emojiscope_embedding_failures_total",
                                          "Passes through the model that failed.", {"what"})),
      text_reading_(metrics.histogram("emojiscope_text_reading_seconds",
                                      "Readings of the words in a picture.", answer_bounds())),
      text_reading_failures_(metrics.counter("emojiscope_text_reading_failures_total",
                                             "Readings of the words in a picture that failed.")),
      duplicate_checks_(metrics.counter("emojiscope_duplicate_checks_total",
                                        "Uploads that were compared, by what they repeat.",
                                        {"found"})),
      alerts_(metrics.counter("emojiscope_alerts_total",
                              "Duplicates of which a message was put into the outbox.", {"kind"})),
      emoji_(metrics.gauge("emojiscope_emoji", "Emoji that can be found.")),
      vectors_(metrics.gauge("emojiscope_index_vectors", "Vectors in the index.")),
      sync_(metrics.histogram("emojiscope_sync_seconds",
                              "Comparisons with the workspace that came to their end.",
                              sync_bounds())),
      sync_emoji_(metrics.counter("emojiscope_sync_emoji_total",
                                  "What comparisons with the workspace learnt, removed, or failed "
                                  "to learn.",
                                  {"result"})),
      last_sync_(metrics.gauge("emojiscope_last_sync_timestamp_seconds",
                               "When the last comparison with the workspace ended well, since "
                               "1970; 0: none did yet.")),
      sync_interval_(metrics.gauge("emojiscope_sync_interval_seconds",
                                   "How often the list is compared, if nothing else asks for it.")),
      errors_(metrics.counter("emojiscope_errors_total",
                              "Failures by kind, and in what: work (an item of the inbox), sync, "
                              "call (to Slack), dial (of a socket).",
                              {"during", "kind"})) {
    show_all(version);
    show_work();
}

/// From the start, so that the first of each is seen as a growth.
void MetricsObservers::show_all(const std::string& version) const {
    build_.set({version}, 1);
    model_.set_only({"none", "none"}, 1);
    sockets(0);
    for (const SocketEnd why : socket_ends) {
        reconnects_.add({word(why)}, 0);
    }
    for (const std::string_view type : envelope_types) {
        envelopes_.add({type}, 0);
    }
    envelopes_.add({other}, 0);
    acknowledged_.show();
    for (const Unacknowledged why : {Unacknowledged::refused, Unacknowledged::unsent}) {
        unacknowledged_.add({word(why)}, 0);
    }
    for (const std::string_view method : call_names()) {
        calls_.add({method, ok}, 0);
        requests_.show({method});
        rate_limited_.add({method}, 0);
    }
    downloads_.add({ok}, 0);
    downloaded_bytes_.add({}, 0);
    for (const std::string_view during : error_places) {
        for (int code = 0; code <= last_error; ++code) {
            errors_.add({during, label(static_cast<ErrorCode>(code))}, 0);
        }
    }
}

void MetricsObservers::show_work() const {
    for (const QueueName queue : bot::all_queues) {
        queue_items_.set({word(queue)}, 0);
        queue_oldest_.set({word(queue)}, 0);
    }
    for (const QueueName queue : {QueueName::inbox, QueueName::outbox}) {
        for (const Outcome::Kind outcome : outcomes) {
            for (const std::string_view kind : kinds_of(queue)) {
                items_.add({word(queue), kind, word(outcome)}, 0);
            }
            items_.add({word(queue), other, word(outcome)}, 0);
        }
    }
    for (const std::string_view command : bot::sub_command_names()) {
        commands_.show({command});
    }
    embedded_.add({}, 0);
    for (const char* what : {"images", "texts"}) {
        embedding_.show({what});
        embedding_failures_.add({what}, 0);
    }
    text_reading_.show();
    text_reading_failures_.add({}, 0);
    duplicate_checks_.add({"none"}, 0);
    for (const DuplicateKind kind : duplicate_kinds) {
        duplicate_checks_.add({search::to_string(kind)}, 0);
        alerts_.add({search::to_string(kind)}, 0);
    }
    emoji_.set({}, 0);
    vectors_.set({}, 0);
    sync_.show();
    for (const char* result : {"learnt", "failed", "removed"}) {
        sync_emoji_.add({result}, 0);
    }
    last_sync_.set({}, 0);
}

void MetricsObservers::watch(const search::EmojiLibrary& library,
                             const search::Embedder& embedder) {
    library_ = &library;
    embedder_ = &embedder;
    look_around();
}

void MetricsObservers::sockets(std::size_t open) const {
    connected_.set({}, open > 0 ? 1 : 0);
    sockets_.set({}, static_cast<double>(open));
}

void MetricsObservers::reconnecting(SocketEnd why) {
    reconnects_.add({word(why)});
}

void MetricsObservers::dial_failed(ErrorCode why) {
    errors_.add({"dial", label(why)});
}

void MetricsObservers::envelope_came(std::string_view type) {
    envelopes_.add({known(type, envelope_types)});
}

void MetricsObservers::acknowledged(Duration after) {
    acknowledged_.observe({}, seconds(after));
}

void MetricsObservers::not_acknowledged(Unacknowledged why, std::size_t count) {
    unacknowledged_.add({word(why)}, static_cast<double>(count));
}

void MetricsObservers::exchanged(std::string_view what, Duration took, bool rate_limited) {
    requests_.observe({what}, seconds(took));
    if (rate_limited) {
        rate_limited_.add({what});
    }
}

void MetricsObservers::called(std::string_view what, const std::optional<ErrorCode>& error) {
    const std::string result = error ? label(*error) : std::string(ok);
    calls_.add({what, result});
    if (what == slack::call_download) {
        downloads_.add({result});
    }
    if (error) {
        errors_.add({"call", result});
    }
}

void MetricsObservers::downloaded(std::size_t bytes) {
    downloaded_bytes_.add({}, static_cast<double>(bytes));
}

void MetricsObservers::tried(QueueName queue, std::string_view kind, Outcome::Kind outcome) {
    items_.add({word(queue), known(kind, kinds_of(queue)), word(outcome)});
}

void MetricsObservers::failed(ErrorCode why) {
    errors_.add({"work", label(why)});
}

void MetricsObservers::answered(std::string_view name, std::chrono::milliseconds after) {
    commands_.observe({name}, seconds(after));
}

void MetricsObservers::synced(const bot::SyncReport& report, Duration took) {
    sync_.observe({}, seconds(took));
    sync_emoji_.add({"learnt"}, static_cast<double>(report.learnt));
    sync_emoji_.add({"failed"}, static_cast<double>(report.failed));
    sync_emoji_.add({"removed"}, static_cast<double>(report.removed));
    if (report.unsaved == 0) {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        last_sync_.set({}, std::chrono::duration<double>(now).count());
    }
}

void MetricsObservers::comparing_every(std::chrono::milliseconds interval) const {
    sync_interval_.set({}, seconds(interval));
}

void MetricsObservers::sync_failed(ErrorCode why) {
    errors_.add({"sync", label(why)});
}

void MetricsObservers::checked_for_duplicates(const std::optional<DuplicateKind>& found) {
    duplicate_checks_.add({found ? search::to_string(*found) : "none"});
}

void MetricsObservers::alerted(DuplicateKind kind) {
    alerts_.add({search::to_string(kind)});
}

void MetricsObservers::waiting(QueueName queue, const WorkBacklog& backlog, SystemTime now) {
    queue_items_.set({word(queue)}, static_cast<double>(backlog.waiting));
    // The wall clock may have been set back meanwhile.
    const auto age = backlog.oldest ? std::max(now - *backlog.oldest, std::chrono::milliseconds{0})
                                    : std::chrono::milliseconds{0};
    queue_oldest_.set({word(queue)}, seconds(age));
}

void MetricsObservers::look_around() {
    if (library_ == nullptr) {
        return;
    }
    emoji_.set({}, static_cast<double>(library_->size()));
    vectors_.set({}, static_cast<double>(library_->vectors()));
    const search::ModelId& model = embedder_->model();
    model_.set_only({model.name, model.version}, 1);
}

void MetricsObservers::embedded_images(std::size_t pictures, Duration took, bool good) {
    embedding_.observe({"images"}, seconds(took));
    if (good) {
        embedded_.add({}, static_cast<double>(pictures));
    } else {
        embedding_failures_.add({"images"});
    }
}

void MetricsObservers::embedded_texts(Duration took, bool good) {
    embedding_.observe({"texts"}, seconds(took));
    if (!good) {
        embedding_failures_.add({"texts"});
    }
}

void MetricsObservers::read_text(Duration took, bool good) {
    text_reading_.observe({}, seconds(took));
    if (!good) {
        text_reading_failures_.add();
    }
}

}  // namespace emojiscope::app
