// How much one person may ask for: each has a token bucket, which fills at a steady rate up to a
// burst. So whoever holds down a key, or lets a script do it, costs no inference and takes nobody's
// turn. Nothing is kept on disk: after a restart all buckets are full.
#pragma once

#include "emojiscope/core/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace emojiscope::bot {

/// For the network thread.
class RateLimiter {
public:
    enum class What {
        command,  ///< each is told in its acknowledgement
        other,    ///< whatever else is waited for: buttons, shortcuts, messages; out of one bucket
        typed,    ///< into a menu that searches with each letter: `typed_for_command` times as many
    };
    static constexpr int typed_for_command = 10;
    /// People who have asked for something lately; beyond this the one who is owed least is
    /// forgotten.
    static constexpr std::size_t usual_most_buckets = 20'000;

    struct Verdict {
        bool admitted = true;
        std::chrono::seconds wait{0};  ///< until one more is admitted, if this was not: at least 1
        bool tell = false;  ///< not admitted, and not told of it, for the like, for a minute
    };

    /// `per_minute` as of slack.commands_per_minute.
    RateLimiter(const Clock& clock, int per_minute, std::size_t most_buckets = usual_most_buckets);

    /// From now on; what somebody has used up stays used up.
    void set_rate(int per_minute);

    /// Whether this person may have one more. `key` names what they ask for: asked about again, it
    /// gets the verdict that it got, and counts once. Somebody without an id is always admitted.
    [[nodiscard]] Verdict take(What what, const std::string& team_id, const std::string& user_id,
                               const std::string& key);

    /// How many people have a bucket now.
    [[nodiscard]] std::size_t buckets() const noexcept { return buckets_.size(); }

private:
    /// What was decided of late, in a few bytes.
    struct Decided {
        std::uint64_t key = 0;  ///< hashed
        Verdict verdict;
    };
    struct Bucket {
        double tokens = 0;
        SystemTime filled{};  ///< when `tokens` was right
        SystemTime told{};    ///< of commands, or of what is typed
        SystemTime told_of_others{};
        std::vector<Decided> decided;  ///< a ring
        std::size_t next = 0;          ///< in it
    };
    struct Rate {
        double per_second = 0;
        double burst = 0;
    };

    [[nodiscard]] const Rate& rate(What what) const {
        return what == What::typed ? typed_ : commands_;
    }
    static Rate rate_of(int per_minute);
    static void fill(Bucket& bucket, const Rate& rate, SystemTime now);
    Bucket& bucket_of(What what, const std::string& person, SystemTime now);
    void make_room(SystemTime now);
    static void remember(Bucket& bucket, const Decided& decided);
    static Verdict decide(Bucket& bucket, SystemTime& told, const Rate& rate, SystemTime now);

    const Clock& clock_;
    std::size_t most_buckets_;
    Rate commands_;
    Rate typed_;
    std::unordered_map<std::string, Bucket> buckets_;  ///< by what, team and user
};

}  // namespace emojiscope::bot
