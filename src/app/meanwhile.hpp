// Long work of main's thread, while others are answered.
#pragma once

#include <boost/asio/io_context.hpp>

#include <future>
#include <utility>

namespace emojiscope::app {

/// Does `work` on this thread and runs `io` on another one until that is done: pages of status.port
/// and SIGHUP are answered although a catalogue of gigabytes is opened. Nothing that `work` touches
/// may be touched by a handler of `io`. Afterwards `io` can run again, here. What either of them
/// throws is thrown here.
template <class Work>
auto meanwhile_answering(boost::asio::io_context& io, Work&& work) {
    auto answering = std::async(std::launch::async, [&io] { io.run(); });
    // Whatever comes of the work: the other thread must have ended before anybody else uses `io`.
    struct Ending {
        boost::asio::io_context& io;
        std::future<void>& answering;
        bool done = false;
        void end() {
            done = true;
            io.stop();
            answering.get();
            io.restart();
        }
        ~Ending() {
            if (!done) {
                io.stop();
                answering.wait();
            }
        }
    } ending{io, answering};
    auto result = std::forward<Work>(work)();
    ending.end();
    return result;
}

}  // namespace emojiscope::app
