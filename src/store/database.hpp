// The connections to one database file: one that writes, and as many that read as are in use.
#pragma once

#include "connection.hpp"

#include "emojiscope/core/error.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace emojiscope::store {

/// What a commit promises should the power fail. A crash of the process alone loses nothing in
/// either case, and neither leaves half a transaction.
enum class Durability {
    /// The last commits may be missing after a power failure; reconciling with the source brings
    /// them back. An import of thousands of emoji does not wait for the disk each time.
    recoverable,
    /// On the disk when the call returns, with every commit before it: Slack is told that we have
    /// an event as soon as it is in the inbox, and never sends it again.
    durable,
};

/// What is said where there is no database.
[[nodiscard]] Error no_catalogue(const std::filesystem::path& file);

/// Safe to call from any thread. In WAL mode a reader sees the last commit before it began and
/// neither waits for the writer nor holds it up.
class Database {
public:
    /// Errors: as Store::open, without the writer's lock.
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file,
                                                                bool write);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// `work(Connection&)` gives a Result; it sees one state of the database throughout. It may
    /// call `read` again.
    template <class Work>
    [[nodiscard]] auto read(Work&& work) -> std::invoke_result_t<Work, Connection&> {
        try {
            const Lease lease(*this);
            const SQLite::Transaction snapshot(lease.connection().database());
            return work(lease.connection());
        } catch (const SQLite::Exception& exception) {
            return translate(exception, file_);
        }
    }

    /// As `read`, in a transaction that is committed if `work` succeeds and undone otherwise. One
    /// at a time: `work` must not call back into the database but by its connection.
    template <class Work>
    [[nodiscard]] auto write(Durability durability, Work&& work)
        -> std::invoke_result_t<Work, Connection&> {
        if (!writer_) {
            return emojiscope::fail(ErrorCode::io, file_.string() + " is opened for reading only");
        }
        const std::lock_guard lock(writing_);
        try {
            set_durability(durability);
            SQLite::Transaction transaction(writer_->database(),
                                            SQLite::TransactionBehavior::IMMEDIATE);
            auto result = work(*writer_);
            if (result.has_value()) {
                transaction.commit();
            }
            return result;
        } catch (const SQLite::Exception& exception) {
            return translate(exception, file_);
        }
    }

    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

private:
    /// A reading connection on loan from the pool.
    class Lease {
    public:
        explicit Lease(Database& owner);
        ~Lease();
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        [[nodiscard]] Connection& connection() const { return *connection_; }

    private:
        Database& owner_;
        std::unique_ptr<Connection> connection_;
    };

    explicit Database(std::filesystem::path file);
    [[nodiscard]] Result<void> open_writer();
    [[nodiscard]] Result<void> bring_up_to_date(Connection& connection, bool older);
    [[nodiscard]] Result<void> open_first_reader();
    [[nodiscard]] std::unique_ptr<Connection> make_reader() const;
    void set_durability(Durability durability);

    std::filesystem::path file_;
    std::mutex writing_;
    std::unique_ptr<Connection> writer_;
    Durability durability_ = Durability::durable;
    std::mutex pooling_;
    std::vector<std::unique_ptr<Connection>> idle_readers_;
};

}  // namespace emojiscope::store
