// Whether others are answered while main's thread is busy.
#include "meanwhile.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <catch2/catch.hpp>

#include <future>
#include <stdexcept>
#include <thread>

namespace emojiscope::app {

namespace asio = boost::asio;

TEST_CASE("what is asked while the work goes on is answered before it ends", "[meanwhile]") {
    asio::io_context io(1);
    const auto stay = asio::make_work_guard(io);  // as a port that listens does
    std::promise<std::thread::id> answered;
    const int made = meanwhile_answering(io, [&] {
        asio::post(io, [&] { answered.set_value(std::this_thread::get_id()); });
        // Would wait for ever otherwise.
        CHECK(answered.get_future().get() != std::this_thread::get_id());
        return 7;
    });
    CHECK(made == 7);
    bool ran = false;
    asio::post(io, [&] { ran = true; });
    CHECK(io.run_one() == 1);  // here again
    CHECK(ran);
}

TEST_CASE("with nothing to answer the work is done all the same", "[meanwhile]") {
    asio::io_context io(1);
    CHECK(meanwhile_answering(io, [] { return 7; }) == 7);
}

TEST_CASE("what is thrown on either side comes out", "[meanwhile]") {
    asio::io_context io(1);
    const auto stay = asio::make_work_guard(io);
    CHECK_THROWS_AS(meanwhile_answering(io, []() -> int { throw std::runtime_error("no model"); }),
                    std::runtime_error);
    io.restart();
    std::promise<void> thrown;
    CHECK_THROWS_AS(meanwhile_answering(io,
                                        [&] {
                                            asio::post(io, [&] {
                                                thrown.set_value();
                                                throw std::logic_error("a page");
                                            });
                                            thrown.get_future().wait();
                                            return 7;
                                        }),
                    std::logic_error);
}

}  // namespace emojiscope::app
