#include "emojiscope/store/durable_queue.hpp"

#include "catalogue_rows.hpp"
#include "database.hpp"

#include "emojiscope/core/text.hpp"

#include <algorithm>
#include <limits>

namespace emojiscope::store {
namespace {

// As stored in `work.state`.
constexpr std::int64_t state_waiting = 0;
constexpr std::int64_t state_done = 1;
constexpr std::int64_t state_dead = 2;

/// A reason is for the operator's eyes; a whole response body would be no help.
constexpr std::size_t max_reason_bytes = 2000;

std::string reason(std::string_view why) {
    return std::string(truncate_utf8(one_line(why), max_reason_bytes));
}

Result<void> one_changed(int changed, std::int64_t id) {
    if (changed == 0) {
        return fail(ErrorCode::not_found,
                    "no work with the number " + std::to_string(id) + " is waiting");
    }
    return {};
}

}  // namespace

DurableQueue::DurableQueue(Database& database, std::string name, const Clock& clock)
    : database_(database), name_(std::move(name)), clock_(clock) {}

Result<bool> DurableQueue::push(std::string_view key, std::string_view kind,
                                std::string_view payload, SystemTime due) {
    if (key.empty()) {
        return fail(ErrorCode::invalid_argument, "work needs a key");
    }
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<bool> {
        Query query = connection.query(
            "INSERT OR IGNORE INTO work (queue, key, kind, payload, state, due, added_at)"
            " VALUES (?, ?, ?, ?, 0, ?, ?)");
        query << name_ << key << kind;
        query.blob(payload);
        query << to_milliseconds(due) << to_milliseconds(clock_.now());
        return query.run() == 1;
    });
}

Result<std::vector<DurableQueue::Item>> DurableQueue::due(SystemTime now, std::size_t limit) const {
    return database_.read([&](Connection& connection) -> Result<std::vector<Item>> {
        Query query = connection.query(
            "SELECT id, key, kind, payload, attempts, due FROM work"
            " WHERE queue = ? AND state = 0 AND due <= ? ORDER BY due, id LIMIT ?");
        constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
        query << name_ << to_milliseconds(now) << static_cast<std::int64_t>(std::min(limit, most));
        std::vector<Item> items;
        while (query.next()) {
            items.push_back({query.integer(0), query.text(1), query.text(2),
                             std::string(query.bytes(3)), query.small(4),
                             to_time(query.integer(5))});
        }
        return items;
    });
}

Result<std::optional<SystemTime>> DurableQueue::next_due() const {
    return database_.read([&](Connection& connection) -> Result<std::optional<SystemTime>> {
        Query query = connection.query("SELECT min(due) FROM work WHERE queue = ? AND state = 0");
        query << name_;
        if (!query.next() || query.is_null(0)) {
            return std::optional<SystemTime>{};
        }
        return std::optional(to_time(query.integer(0)));
    });
}

Result<void> DurableQueue::done(std::int64_t id) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        Query query = connection.query(
            "UPDATE work SET state = ?, payload = x'', why = '', finished_at = ?"
            " WHERE id = ? AND queue = ? AND state = 0");
        query << state_done << to_milliseconds(clock_.now()) << id << name_;
        return one_changed(query.run(), id);
    });
}

Result<void> DurableQueue::retry(std::int64_t id, SystemTime due, std::string_view why) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        Query query = connection.query(
            "UPDATE work SET attempts = attempts + 1, due = ?, why = ?"
            " WHERE id = ? AND queue = ? AND state = 0");
        query << to_milliseconds(due) << reason(why) << id << name_;
        return one_changed(query.run(), id);
    });
}

Result<void> DurableQueue::put_back(std::int64_t id, SystemTime due, int attempts,
                                    std::string_view why) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        Query query = connection.query(
            "UPDATE work SET attempts = ?, due = ?, why = ?"
            " WHERE id = ? AND queue = ? AND state = 0");
        query << std::int64_t{attempts} << to_milliseconds(due) << reason(why) << id << name_;
        return one_changed(query.run(), id);
    });
}

Result<void> DurableQueue::dead(std::int64_t id, std::string_view why) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        Query query = connection.query(
            "UPDATE work SET state = ?, why = ?, finished_at = ?"
            " WHERE id = ? AND queue = ? AND state = 0");
        query << state_dead << reason(why) << to_milliseconds(clock_.now()) << id << name_;
        return one_changed(query.run(), id);
    });
}

Result<std::size_t> DurableQueue::forget_before(SystemTime time) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<std::size_t> {
        Query query =
            connection.query("DELETE FROM work WHERE queue = ? AND state = 1 AND finished_at < ?");
        query << name_ << to_milliseconds(time);
        return static_cast<std::size_t>(query.run());
    });
}

Result<DurableQueue::Counts> DurableQueue::counts() const {
    return database_.read([&](Connection& connection) -> Result<Counts> {
        Query query =
            connection.query("SELECT state, count(*) FROM work WHERE queue = ? GROUP BY state");
        query << name_;
        Counts counts;
        while (query.next()) {
            const auto count = static_cast<std::size_t>(query.integer(1));
            switch (query.integer(0)) {
                case state_waiting: counts.waiting = count; break;
                case state_done: counts.done = count; break;
                case state_dead: counts.dead = count; break;
                default: break;
            }
        }
        return counts;
    });
}

}  // namespace emojiscope::store
