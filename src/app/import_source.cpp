#include "emojiscope/app/import_source.hpp"

#include "emojiscope/core/is_url.hpp"
#include "emojiscope/core/legible.hpp"
#include "emojiscope/core/text.hpp"
#include "emojiscope/core/yaml_limits.hpp"
#include "emojiscope/image/decode.hpp"
#include "emojiscope/search/workspace.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

namespace emojiscope::app {
namespace {

namespace fs = std::filesystem;

/// Nobody reads more, and a list of the wrong kind has hundreds of thousands.
constexpr std::size_t most_problems_of_a_list = 1000;
constexpr std::size_t max_value_bytes = 4095;  // as Linux bounds a path

std::string lower_extension(const fs::path& path) {
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension;
}

bool looks_like_image(const fs::path& path) {
    static constexpr std::array<std::string_view, 7> extensions = {"",     ".png",  ".jpg", ".jpeg",
                                                                   ".gif", ".webp", ".jfif"};
    const std::string extension = lower_extension(path);
    return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

class Collector {
public:
    void path(const fs::path& path) {
        std::error_code error;
        const auto status = fs::status(path, error);
        const std::string extension = lower_extension(path);
        if (!fs::exists(status)) {
            problem(path.string() + ": there is no such file or folder");
        } else if (fs::is_directory(status)) {
            folder(path);
        } else if (extension == ".yaml" || extension == ".yml") {
            list(path);
        } else {
            image(path);
        }
    }

    ImportList take() { return std::move(out_); }

private:
    void problem(std::string line) { out_.problems.push_back(one_line(line)); }

    void folder(const fs::path& folder) {
        std::error_code error;
        std::vector<fs::path> files;
        for (fs::directory_iterator it(folder, error), end; !error && it != end;
             it.increment(error)) {
            std::error_code ignored;
            const bool hidden = it->path().filename().string().starts_with('.');
            if (!hidden && it->is_regular_file(ignored) && looks_like_image(it->path())) {
                files.push_back(it->path());
            }
        }
        if (error) {
            problem(folder.string() + ": " + error.message());
        }
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files) {
            image(file);
        }
    }

    void image(const fs::path& file) {
        auto name = to_emoji_name(file.stem().string());
        if (!name) {
            problem(file.string() + ": " + name.error().message);
            return;
        }
        std::error_code error;
        const fs::path absolute = fs::absolute(file, error).lexically_normal();
        picture({std::move(*name), absolute.string(), ""}, file.string());
    }

    void picture(search::SourceEmoji emoji, const std::string& where) {
        const auto [found, is_new] = names_.emplace(emoji.name, where);
        if (!is_new) {
            problem(where + ": the name '" + emoji.name + "' is already taken by " + found->second +
                    "; the first is kept");
            return;
        }
        out_.pictures.push_back(std::move(emoji));
    }

    void alias(const std::string& name, std::string_view target, const std::string& where) {
        const auto [found, is_new] = names_.emplace(name, where);
        if (!is_new) {
            problem(where + ": the name '" + name + "' is already taken by " + found->second);
            return;
        }
        out_.aliases.push_back({"", name, std::string(target)});
    }

    void list(const fs::path& file) {
        const auto bytes = image::read_file(file, yaml_list_limits.max_bytes);
        if (!bytes) {
            problem(bytes.error().message);
            return;
        }
        const std::string text(bytes->begin(), bytes->end());
        if (const auto checked = check_yaml(text, yaml_list_limits); !checked) {
            problem(file.string() + ": " + checked.error().message);
            return;
        }
        try {
            const YAML::Node root = YAML::Load(text);
            if (!root.IsSequence()) {
                problem(file.string() + ": not a list of {name, updated, value}");
                return;
            }
            const std::size_t before = out_.problems.size();
            std::size_t number = 0;
            for (const YAML::Node& item : root) {
                entry(item, file, ++number);
            }
            shorten_problems(before + most_problems_of_a_list, file);
        } catch (const YAML::Exception& malformed) {
            problem(file.string() + ": " + legible(malformed.what(), most_message_characters));
        }
    }

    void shorten_problems(std::size_t most, const fs::path& file) {
        if (out_.problems.size() > most) {
            const std::size_t more = out_.problems.size() - most;
            out_.problems.resize(most);
            problem(file.string() + ": " + std::to_string(more) + " more entries are no better");
        }
    }

    void entry(const YAML::Node& item, const fs::path& file, std::size_t number) {
        const std::string where = file.string() + " entry " + std::to_string(number);
        const bool usable = item.IsMap() && item["name"] && item["name"].IsScalar() &&
                            item["value"] && item["value"].IsScalar();
        if (!usable) {
            problem(where + ": needs a name and a value");
            return;
        }
        auto name = to_emoji_name(item["name"].Scalar());
        if (!name) {
            problem(where + ": " + name.error().message);
            return;
        }
        const std::string value = item["value"].Scalar();
        if (value.size() > max_value_bytes) {
            problem(where + ": the value is longer than " + std::to_string(max_value_bytes) +
                    " bytes");
            return;
        }
        if (const auto target = search::alias_target(value); !target.empty()) {
            alias(*name, target, where);
            return;
        }
        std::string updated;
        if (item["updated"] && item["updated"].IsScalar()) {
            updated = item["updated"].Scalar();
        }
        picture({std::move(*name), resolve(value, file), updated}, where);
    }

    static std::string resolve(const std::string& value, const fs::path& list) {
        if (is_url(value)) {
            return value;
        }
        std::error_code error;
        return fs::absolute(list.parent_path() / value, error).lexically_normal().string();
    }

    ImportList out_;
    std::map<std::string, std::string> names_;
};

void emit(YAML::Emitter& out, const std::string& name, const std::string& updated,
          const std::string& value) {
    out << YAML::BeginMap;
    out << YAML::Key << "name" << YAML::Value << YAML::DoubleQuoted << name;
    out << YAML::Key << "updated" << YAML::Value << YAML::DoubleQuoted << updated;
    out << YAML::Key << "value" << YAML::Value << YAML::DoubleQuoted << value;
    out << YAML::EndMap;
}

}  // namespace

ImportList read_import_paths(const std::vector<fs::path>& paths) {
    Collector collector;
    for (const fs::path& path : paths) {
        collector.path(path);
    }
    return collector.take();
}

std::string to_yaml_list(const std::vector<EmojiRecord>& records,
                         const std::vector<AliasRecord>& aliases) {
    YAML::Emitter out;
    out << YAML::BeginSeq;
    for (const EmojiRecord& record : records) {
        emit(out, record.name, record.updated, record.value);
    }
    for (const AliasRecord& alias : aliases) {
        emit(out, alias.alias, "", "alias:" + alias.target);
    }
    out << YAML::EndSeq;
    return std::string(out.c_str()) + "\n";
}

}  // namespace emojiscope::app
