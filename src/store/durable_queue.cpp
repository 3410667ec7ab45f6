#include "emojiscope/store/durable_queue.hpp"

#include "catalogue_rows.hpp"
#include "database.hpp"

#include "emojiscope/core/text.hpp"

#include <nlohmann/json.hpp>

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

std::int64_t as_limit(std::size_t count) {
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(count, most));
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

Result<std::vector<bool>> DurableQueue::push_all(std::span<const NewWork> items) {
    if (std::ranges::any_of(items, [](const NewWork& item) { return item.key.empty(); })) {
        return fail(ErrorCode::invalid_argument, "work needs a key");
    }
    const auto work = [&](Connection& connection) -> Result<std::vector<bool>> {
        std::vector<bool> added;
        for (const NewWork& item : items) {
            Query query = connection.query(
                "INSERT OR IGNORE INTO work (queue, key, kind, payload, state, due, added_at, lane)"
                " VALUES (?, ?, ?, ?, 0, ?, ?, ?)");
            query << name_ << item.key << item.kind;
            query.blob(item.payload);
            query << to_milliseconds(item.due) << to_milliseconds(clock_.now()) << item.lane;
            added.push_back(query.run() == 1);
        }
        return added;
    };
    return database_.write(Durability::durable, work);
}

Result<std::vector<DurableQueue::Item>> DurableQueue::due(SystemTime now, std::size_t limit,
                                                          const ClosedLanes& closed) const {
    const nlohmann::json lanes(closed.lanes);
    const std::string closed_lanes =
        lanes.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return database_.read([&](Connection& connection) -> Result<std::vector<Item>> {
        Query query = connection.query(
            "SELECT id, key, kind, payload, attempts, due, lane, added_at FROM work"
            " WHERE queue = ? AND state = 0 AND due <= ?"
            " AND CASE lane WHEN '' THEN NOT ?"
            "     ELSE NOT ? AND lane NOT IN (SELECT value FROM json_each(?)) END"
            " ORDER BY due, id LIMIT ?");
        query << name_ << to_milliseconds(now) << std::int64_t{closed.none}
              << std::int64_t{closed.all} << closed_lanes << as_limit(limit);
        std::vector<Item> items;
        while (query.next()) {
            items.push_back({query.integer(0), query.text(1), query.text(2),
                             std::string(query.bytes(3)), query.small(4), to_time(query.integer(5)),
                             query.text(6), to_time(query.integer(7))});
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
        return one_changed(finish(connection, id), id);
    });
}

Result<void> DurableQueue::done_all(std::span<const std::int64_t> ids) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        for (const std::int64_t id : ids) {
            finish(connection, id);
        }
        return {};
    });
}

int DurableQueue::finish(Connection& connection, std::int64_t id) const {
    Query query = connection.query(
        "UPDATE work SET state = ?, payload = x'', why = '', finished_at = ?"
        " WHERE id = ? AND queue = ? AND state = 0");
    query << state_done << to_milliseconds(clock_.now()) << id << name_;
    return query.run();
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

Result<std::size_t> DurableQueue::hasten(SystemTime farthest, SystemTime now) {
    // Mostly there is none: then nobody waits for the writer.
    const auto any = database_.read([&](Connection& connection) -> Result<bool> {
        Query query = connection.query("SELECT max(due) FROM work WHERE queue = ? AND state = 0");
        query << name_;
        return query.next() && !query.is_null(0) && query.integer(0) > to_milliseconds(farthest);
    });
    if (!any || !*any) {
        return any ? Result<std::size_t>(0) : Result<std::size_t>(any.error());
    }
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<std::size_t> {
        Query query =
            connection.query("UPDATE work SET due = ? WHERE queue = ? AND state = 0 AND due > ?");
        query << to_milliseconds(now) << name_ << to_milliseconds(farthest);
        return static_cast<std::size_t>(query.run());
    });
}

Result<void> DurableQueue::dead(std::int64_t id, std::string_view why) {
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<void> {
        Query query = connection.query(
            "UPDATE work SET state = ?, payload = x'', why = ?, finished_at = ?"
            " WHERE id = ? AND queue = ? AND state = 0");
        query << state_dead << reason(why) << to_milliseconds(clock_.now()) << id << name_;
        return one_changed(query.run(), id);
    });
}

Result<std::size_t> DurableQueue::forget_before(WorkEnd end, SystemTime time, std::size_t most) {
    // Two literals: each state has a partial index of its own.
    const char* const sql =
        end == WorkEnd::done
            ? "DELETE FROM work WHERE id IN (SELECT id FROM work WHERE queue = ? AND state = 1"
              " AND finished_at < ? ORDER BY finished_at LIMIT ?)"
            : "DELETE FROM work WHERE id IN (SELECT id FROM work WHERE queue = ? AND state = 2"
              " AND finished_at < ? ORDER BY finished_at LIMIT ?)";
    return database_.write(Durability::durable, [&](Connection& connection) -> Result<std::size_t> {
        Query query = connection.query(sql);
        query << name_ << to_milliseconds(time) << as_limit(most);
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

Result<WorkBacklog> DurableQueue::backlog() const {
    return database_.read([&](Connection& connection) -> Result<WorkBacklog> {
        Query query = connection.query(
            "SELECT count(*), min(added_at) FROM work WHERE queue = ? AND state = 0");
        query << name_;
        WorkBacklog backlog;
        if (query.next()) {
            backlog.waiting = static_cast<std::size_t>(query.integer(0));
            if (!query.is_null(1)) {
                backlog.oldest = to_time(query.integer(1));
            }
        }
        return backlog;
    });
}

}  // namespace emojiscope::store
