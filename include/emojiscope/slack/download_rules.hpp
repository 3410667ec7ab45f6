// Where files may be downloaded from. Pure: looks no name up.
//
// A URL that comes from outside (an emoji's picture, a file in a message, an entry of a list that
// is imported) must not make the program ask servers in the network that it stands in. So the
// host must be named in the configuration (imports: any), and the addresses that the name leads to
// must be public; the Dialer sees to that, on those that it really connects to. Where a proxy is
// used the proxy looks names up, and only the host is judged.
#pragma once

#include "emojiscope/core/error.hpp"
#include "emojiscope/slack/addresses.hpp"
#include "emojiscope/slack/url.hpp"

#include <optional>
#include <string>
#include <vector>

namespace emojiscope::slack {

/// Slack's own: custom emoji, those that every workspace has, and what people send.
[[nodiscard]] std::vector<std::string> slack_download_hosts();

class DownloadRules {
public:
    /// For the URLs of a workspace. Allowed are https on its usual port at one of `hosts` (lower
    /// case, compared as a whole) or at the host of `api`, and whatever has the origin of `api`.
    /// That origin may have any address: the program talks to it anyhow. An `api` on this machine
    /// (the local Slack) may name everything on this machine, too, whatever the port, and in
    /// plain http if it speaks that itself; addresses are then not looked at.
    [[nodiscard]] static DownloadRules for_workspace(Url api, std::vector<std::string> hosts);

    /// For the URLs that an operator imports: any host with a public address, and what is written
    /// as a loopback address or localhost.
    [[nodiscard]] static DownloadRules for_imports();

    /// Which addresses `to` may have. Error: invalid_argument, which names the host and what to do:
    /// no retry can help.
    [[nodiscard]] Result<Addresses> check(const Url& to) const;

private:
    DownloadRules() = default;

    [[nodiscard]] Result<Addresses> check_import(const Url& to) const;

    std::optional<Url> api_;  ///< nothing: imports
    std::vector<std::string> hosts_;
};

}  // namespace emojiscope::slack
