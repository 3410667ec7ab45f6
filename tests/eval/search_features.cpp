// Writes what fit_fusion.py learns from: for every labelled query, what each signal says of the
// emoji that it puts first.
//
//   search_features DATA QUERIES [MODEL] > features.tsv
// DATA: a catalogue; QUERIES: as for eval; MODEL: the package it is of, if not the default one.
#include "concept_signal.hpp"
#include "image_signal.hpp"
#include "name_signal.hpp"
#include "text_query.hpp"
#include "text_signal.hpp"

#include "emojiscope/app/config.hpp"
#include "emojiscope/app/engine.hpp"
#include "emojiscope/app/search_evaluation.hpp"

#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace emojiscope;
using namespace emojiscope::search;

/// Emoji looked at for each query and signal.
constexpr std::size_t candidates = 30;

struct Row {
    std::string name;
    double name_score = 0;
    double text_score = 0;
    double meaning_score = 0;
    double deviations = 0;
    double written = 0;
    bool wanted = false;
};

void mark_best(std::vector<Row>& rows, double Row::*score) {
    std::vector<Row*> order;
    for (Row& row : rows) {
        if (row.*score > 0) {
            order.push_back(&row);
        }
    }
    const std::size_t most = std::min(candidates, order.size());
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(most), order.end(),
                      [&](const Row* a, const Row* b) { return a->*score > b->*score; });
    for (std::size_t i = 0; i < most; ++i) {
        order[i]->wanted = true;
    }
}

Result<std::vector<Row>> rows_of(app::Engine& engine, const TextQuery& query) {
    const auto vectors = engine.embedder().embed_texts({&query.text, 1});
    if (!vectors) {
        return vectors.error();
    }
    const auto neighbours = engine.library().cosines(vectors->row(0));
    if (!neighbours) {
        return neighbours.error();
    }
    const ImageSignal image(*neighbours);
    const LibraryEntries entries = engine.library().entries();
    ImageSignal::Cursor looks(image, 0);
    std::vector<Row> rows;
    for (const LibraryEntryPtr& entry : *entries) {
        const auto look = looks.at(entry->id);
        rows.push_back({entry->name, match_names(query, entry->names).score,
                        match_texts(query, entry->texts).score,
                        match_concepts(query, entry->names, entry->texts).score,
                        look ? look->deviations : 0, static_cast<double>(entry->keys.written)});
    }
    for (const auto score :
         {&Row::name_score, &Row::text_score, &Row::meaning_score, &Row::deviations}) {
        mark_best(rows, score);
    }
    std::erase_if(rows, [](const Row& row) { return !row.wanted; });
    return rows;
}

int run(const char* data, const char* folder, const char* model) {
    app::Config config = app::default_config();
    config.data = data;
    if (model != nullptr) {
        config.model = model;
    }
    const auto queries = app::read_labelled_queries(folder);
    auto engine = app::Engine::open(config, {false, true, ""});
    if (!queries || !engine) {
        std::cerr << (queries ? engine.error() : queries.error()).message << '\n';
        return 1;
    }
    std::size_t number = 0;
    for (const app::LabelledQuery& labelled : *queries) {
        const TextQuery query = analyse(labelled.query, (*engine)->library().language(), true);
        const auto rows = rows_of(**engine, query);
        if (!rows) {
            std::cerr << rows.error().message << '\n';
            return 1;
        }
        for (const Row& row : *rows) {
            std::cout << number << '\t' << labelled.stratum << '\t' << labelled.relevant.size()
                      << '\t' << labelled.relevant.contains(row.name) << '\t' << row.name_score
                      << '\t' << row.text_score << '\t' << row.meaning_score << '\t'
                      << row.deviations << '\t' << row.written << '\t' << query.coverage << '\t'
                      << (*engine)->library().size() << '\t' << labelled.query << '\n';
        }
        ++number;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3 && argc != 4) {
        std::cerr << "usage: search_features DATA QUERIES [MODEL]\n";
        return 2;
    }
    return run(argv[1], argv[2], argc == 4 ? argv[3] : nullptr);
}
