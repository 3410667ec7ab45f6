#include "commands.hpp"
#include "serve.hpp"

#include "emojiscope/simulator/simulator.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>

namespace emojiscope::app {
namespace {

constexpr int demo_commands_per_minute = 600;

void wait_for_signal() {
    boost::asio::io_context io;
    boost::asio::signal_set signals(io, SIGINT, SIGTERM);
    signals.async_wait([](const boost::system::error_code&, int) {});
    io.run();
}

}  // namespace

int simulate_command(const SimulateArguments& arguments) {
    simulator::Options options;
    options.address = arguments.address;
    options.port = arguments.port;
    options.tls = arguments.tls;
    options.certificate_file = arguments.ca_out;
    options.workspace = arguments.workspace;
    options.retry_second = std::chrono::milliseconds(arguments.retry_ms);
    options.retry_third = 5 * options.retry_second;
    options.dials_per_minute = arguments.dials_per_minute;
    auto slack = simulator::Simulator::start(options);
    if (!slack) {
        return report(slack.error().message);
    }
    // One line each, `export`-able, so that a script can take them over.
    std::cout << "page:                     " << (*slack)->page_url() << '\n'
              << "EMOJISCOPE_SLACK_API_URL=" << (*slack)->api_base_url() << '\n'
              << "SLACK_BOT_TOKEN=" << options.bot_token << '\n'
              << "SLACK_APP_TOKEN=" << options.app_token << '\n'
              << "EMOJISCOPE_ALERT_CHANNEL=" << options.alert_channel << '\n';
    if (arguments.tls) {
        std::cout << "EMOJISCOPE_SLACK_CA_FILE=" << arguments.ca_out.string() << '\n';
    }
    std::cout << std::flush;
    wait_for_signal();
    return exit_done;
}

int demo_command(Config config, const DemoArguments& arguments) {
    const auto started = std::chrono::steady_clock::now();
    simulator::Options options;
    options.port = arguments.port;
    options.workspace = arguments.workspace;
    auto slack = simulator::Simulator::start(options);
    if (!slack) {
        return report(slack.error().message);
    }
    config.slack.api_base_url = (*slack)->api_base_url();
    config.slack.bot_token = options.bot_token;
    config.slack.app_token = options.app_token;
    config.slack.alert_channel = options.alert_channel;
    config.slack.ca_file.clear();
    config.slack.proxy = "";  // it is in this very process
    // Whoever tries the demo plays everybody in the workspace.
    config.slack.commands_per_minute =
        std::max(config.slack.commands_per_minute, demo_commands_per_minute);
    const std::string page = (*slack)->page_url();
    return serve(config, started, [page] {
        std::cout << "The bot answers. Open " << page << " and type /emoji beer\n" << std::flush;
    });
}

}  // namespace emojiscope::app
