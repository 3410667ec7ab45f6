#include "emojiscope/text/stamp_reader.hpp"

#include "ink.hpp"
#include "writing.hpp"

#include "emojiscope/core/one_thread.hpp"
#include "emojiscope/core/text.hpp"

#include <tesseract/baseapi.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <string>
#include <utility>

namespace emojiscope::text {
namespace {

using search::ReadText;
using tesseract::PSM_RAW_LINE;
using tesseract::PSM_SINGLE_BLOCK;
using tesseract::PSM_SINGLE_BLOCK_VERT_TEXT;
using tesseract::PSM_SINGLE_LINE;

/// Grows with every change of what is read, so that catalogues are read anew.
constexpr const char* recipe = "5";
constexpr std::size_t most_texts = 8;
/// A picture with a longer side is no emoji.
constexpr int longest_side = 4096;
constexpr int border = 10;
constexpr std::size_t most_lines = 5;
constexpr int longest_enlarged = 1024;
constexpr int longest_line = 2048;
/// Tesseract needs to know a resolution; any other is only guessed.
constexpr int dots_per_inch = 70;
/// Below this confidence nothing is believed, and a single character is not below the second.
constexpr double least_confidence = 0.30;
constexpr double least_for_one_character = 0.70;
/// Latin letters are easily seen in any drawing.
constexpr double least_for_latin = 0.60;

enum class Language { japanese, vertical_japanese, english };
constexpr std::size_t languages = 3;
enum class Ink { outer, inner };
enum class Layout {
    block,     ///< the picture as it is
    lines,     ///< line by line
    one_line,  ///< its lines side by side: words of one line are read best, and few stamps are
    raw_line,  ///< the same, and the engine does not look for its words first
    columns,   ///< the picture as it is, to be read from top to bottom
};

/// One look at the picture.
struct Pass {
    Language language;
    Ink ink;
    Layout layout;
    int side;        ///< to which the longer side, or the height of a line, is brought
    double stretch;  ///< of the width: squeezed letters are read better wider
};

// In the order of their worth on the training stamps.
constexpr std::array passes{
    Pass{Language::japanese, Ink::outer, Layout::one_line, 44, 1.1},
    Pass{Language::japanese, Ink::outer, Layout::raw_line, 36, 1.0},
    Pass{Language::japanese, Ink::outer, Layout::block, 128, 1.0},
    Pass{Language::japanese, Ink::outer, Layout::one_line, 32, 1.5},
    Pass{Language::japanese, Ink::outer, Layout::lines, 48, 1.0},
    Pass{Language::japanese, Ink::inner, Layout::one_line, 44, 1.1},
    Pass{Language::english, Ink::outer, Layout::block, 128, 1.0},
};
/// Where there are two colours, and columns, or none of these is as sure as `sure`.
constexpr Pass last_pass{Language::vertical_japanese, Ink::outer, Layout::columns, 128, 1.0};
constexpr double sure = 0.8;

const char* data_name(Language language) {
    switch (language) {
        case Language::japanese: return "jpn";
        case Language::vertical_japanese: return "jpn_vert";
        case Language::english: return "eng";
    }
    return "";
}

bool is_japanese(char32_t c) {
    return (c >= 0x3041 && c <= 0x30FC && c != U'・') || (c >= 0x3400 && c <= 0x9FFF) || c == U'々';
}

bool is_latin(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

bool is_word_character(char32_t c) {
    return is_japanese(c) || is_latin(c) || (c >= U'0' && c <= U'9') || (c >= 0xAC00 && c <= 0xD7A3);
}

/// Lines joined, white space left between Latin words only, other signs left out.
std::string clean(std::string_view raw) {
    std::u32string out;
    bool space = false;
    for (const char32_t c : to_code_points(raw)) {
        if (!is_word_character(c)) {
            space = space || c == U' ' || c == U'\n';
            continue;
        }
        if (space && !out.empty() && is_latin(c) && is_latin(out.back())) {
            out += U' ';
        }
        space = false;
        out += c;
    }
    // An い whose two strokes were taken for two signs.
    for (const std::u32string_view seen : {U"しゝ", U"しヽ", U"レゝ", U"レヽ"}) {
        for (auto at = out.find(seen); at != std::u32string::npos; at = out.find(seen)) {
            out.replace(at, seen.size(), U"い");
        }
    }
    return to_utf8(out);
}

bool is_plausible(const ReadText& text) {
    const std::u32string points = to_code_points(text.text);
    const bool japanese = std::any_of(points.begin(), points.end(), is_japanese);
    const double least = points.size() == 1 ? least_for_one_character
                         : japanese         ? least_confidence
                                            : least_for_latin;
    return !points.empty() && (japanese || points.size() > 1) && text.confidence >= least;
}

using Api = std::unique_ptr<tesseract::TessBaseAPI>;

/// The engines of one caller.
class Engines {
public:
    /// False if the language's data are missing.
    [[nodiscard]] bool open() {
        for (const Language language :
             {Language::japanese, Language::vertical_japanese, Language::english}) {
            auto api = std::make_unique<tesseract::TessBaseAPI>();
            if (api->Init(nullptr, data_name(language), tesseract::OEM_LSTM_ONLY) != 0) {
                return false;
            }
            api->SetVariable("debug_file", "/dev/null");
            apis_[static_cast<std::size_t>(language)] = std::move(api);
        }
        return true;
    }

    [[nodiscard]] ReadText read(const InkImage& ink, const Pass& pass) {
        switch (pass.layout) {
            case Layout::block: return read_page(page_of(ink, pass), pass, PSM_SINGLE_BLOCK);
            case Layout::columns: return read_page(page_of(ink, pass), pass, PSM_SINGLE_BLOCK_VERT_TEXT);
            case Layout::lines: return read_lines(ink, pass);
            case Layout::one_line: return read_one_line(ink, pass, PSM_SINGLE_LINE);
            case Layout::raw_line: break;
        }
        return read_one_line(ink, pass, PSM_RAW_LINE);
    }

private:
    [[nodiscard]] ReadText read_one_line(const InkImage& ink, const Pass& pass,
                                         tesseract::PageSegMode layout) {
        const auto lines = lines_of(ink);
        const InkImage line = lines.size() > most_lines
                                  ? InkImage{}
                                  : side_by_side(lines, pass.side, pass.stretch, pass.side / 5);
        return line.pixels.empty() || line.width > longest_line
                   ? ReadText{}
                   : read_page(line, pass, layout);
    }

    /// The ink with its longer side, times the pass's stretch, brought to the pass's.
    [[nodiscard]] static InkImage page_of(const InkImage& ink, const Pass& pass) {
        return enlarged(ink, static_cast<double>(pass.side) / std::max(ink.width, ink.height), pass);
    }

    [[nodiscard]] static InkImage enlarged(const InkImage& ink, double scale, const Pass& pass) {
        const auto scaled = [](int length, double by) {
            return std::clamp(static_cast<int>(length * by), 1, longest_enlarged);
        };
        return resized(ink, scaled(ink.width, scale * pass.stretch), scaled(ink.height, scale),
                       border);
    }

    [[nodiscard]] ReadText read_lines(const InkImage& ink, const Pass& pass) {
        const auto lines = lines_of(ink);
        ReadText all;
        if (lines.empty() || lines.size() > most_lines) {
            return all;
        }
        for (const InkImage& line : lines) {
            const double scale = static_cast<double>(pass.side) / line.height;
            const ReadText one = read_page(enlarged(line, scale, pass), pass, PSM_SINGLE_LINE);
            all.text += one.text;
            all.confidence += one.confidence / static_cast<double>(lines.size());
        }
        return all;
    }

    [[nodiscard]] ReadText read_page(const InkImage& page, const Pass& pass,
                                     tesseract::PageSegMode layout) {
        tesseract::TessBaseAPI& api = *apis_[static_cast<std::size_t>(pass.language)];
        api.SetPageSegMode(layout);
        api.SetImage(page.pixels.data(), page.width, page.height, 1, page.width);
        api.SetSourceResolution(dots_per_inch);
        const std::unique_ptr<char[]> raw(api.GetUTF8Text());
        ReadText text{raw ? clean(raw.get()) : std::string{},
                      std::clamp(api.MeanTextConf() / 100.0, 0.0, 1.0)};
        api.Clear();
        return text;
    }

    std::array<Api, languages> apis_;
};

void keep(std::vector<ReadText>& texts, ReadText text) {
    const auto same = std::find_if(texts.begin(), texts.end(), [&](const ReadText& other) {
        return other.text == text.text;
    });
    if (same == texts.end()) {
        texts.push_back(std::move(text));
    } else {
        // Two looks that agree are surer than either.
        same->confidence = 1 - (1 - same->confidence) * (1 - text.confidence);
    }
}

}  // namespace

struct StampReader::Parts {
    std::mutex mutex;
    std::vector<std::unique_ptr<Engines>> idle;
};

StampReader::StampReader(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
StampReader::~StampReader() = default;

Result<std::unique_ptr<StampReader>> StampReader::open() {
    auto parts = std::make_unique<Parts>();
    auto engines = std::make_unique<Engines>();
    if (!engines->open()) {
        return fail(ErrorCode::not_found,
                    "the data for reading words in pictures are missing: install "
                    "tesseract-ocr-jpn, tesseract-ocr-jpn-vert and tesseract-ocr-eng");
    }
    parts->idle.push_back(std::move(engines));
    return std::unique_ptr<StampReader>(new StampReader(std::move(parts)));
}

std::string StampReader::version() const {
    return std::string("tesseract ") + tesseract::TessBaseAPI::Version() + " recipe " + recipe;
}

Result<std::vector<ReadText>> StampReader::read(const RgbaImage& picture) const {
    std::vector<ReadText> texts;
    if (picture.width < 1 || picture.height < 1 || picture.width > longest_side ||
        picture.height > longest_side) {
        return texts;
    }
    std::unique_ptr<Engines> engines;
    {
        const std::scoped_lock lock(parts_->mutex);
        if (!parts_->idle.empty()) {
            engines = std::move(parts_->idle.back());
            parts_->idle.pop_back();
        }
    }
    if (!engines) {
        engines = std::make_unique<Engines>();
        if (!engines->open()) {
            return fail(ErrorCode::not_found, "the data for reading words are gone");
        }
    }
    const OneThread one_thread;  // pictures are read beside one another, not parts of one
    const std::array inks{ink_of(picture), inner_ink_of(picture)};
    std::vector<ReadText> looks;
    const auto look = [&](const Pass& pass) {
        if (const InkImage& ink = inks[pass.ink == Ink::outer ? 0 : 1]; !ink.pixels.empty()) {
            looks.push_back(engines->read(ink, pass));
        }
    };
    std::for_each(passes.begin(), passes.end(), look);
    const bool two_colours = has_two_colours(picture);
    const auto is_sure = [](const ReadText& text) { return text.confidence >= sure; };
    if (two_colours &&
        (has_columns(inks[0]) || std::none_of(looks.begin(), looks.end(), is_sure))) {
        look(last_pass);
    }
    if (is_writing(looks, two_colours)) {
        for (ReadText& text : looks) {
            if (is_plausible(text)) {
                keep(texts, std::move(text));
            }
        }
    }
    std::stable_sort(texts.begin(), texts.end(), [](const ReadText& a, const ReadText& b) {
        return a.confidence > b.confidence;
    });
    texts.resize(std::min(most_texts, texts.size()));
    const std::scoped_lock lock(parts_->mutex);
    parts_->idle.push_back(std::move(engines));
    return texts;
}

}  // namespace emojiscope::text
