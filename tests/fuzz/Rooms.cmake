# For the preset `fuzz` only: of each room the sources that a fuzzer needs, compiled by clang with
# the instrumentation, under the name that the whole room has elsewhere. What needs torch, Faiss or
# sockets is left out. A fuzzer that needs more has it added here.
function(emojiscope_fuzz_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK" ${ARGN})
  set(target fuzz_room_${name})
  list(TRANSFORM ROOM_SOURCES PREPEND ${CMAKE_SOURCE_DIR}/src/${name}/)
  add_library(${target} STATIC EXCLUDE_FROM_ALL ${ROOM_SOURCES})
  add_library(emojiscope::${name} ALIAS ${target})
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/include
                             PRIVATE ${CMAKE_SOURCE_DIR}/src/${name})
  target_compile_options(${target} PRIVATE ${fuzz_flags})
  target_link_libraries(${target} PUBLIC emojiscope::boost ${ROOM_LINK})
endfunction()

set(fuzz_flags -O1 -g -fsanitize=fuzzer-no-link,address,undefined
               -fno-sanitize-recover=undefined)

emojiscope_fuzz_room(core
  SOURCES emoji.cpp error.cpp kana.cpp kana_similarity.cpp legible.cpp romaji.cpp text.cpp words.cpp yaml_limits.cpp
  LINK PkgConfig::ICU yaml-cpp)
emojiscope_fuzz_room(search
  SOURCES descriptor_rows.cpp duplicate_finder.cpp duplicate_groups.cpp emoji_library.cpp
          entry_keys.cpp workspace.cpp
  LINK emojiscope::core Threads::Threads)
emojiscope_fuzz_room(image
  SOURCES composite.cpp decode.cpp decode_gif.cpp decode_jpeg.cpp decode_png.cpp decode_webp.cpp
          encode.cpp fit.cpp frames.cpp guard.cpp hash.cpp palette.cpp picture_reader.cpp
          pixels.cpp resize.cpp runs.cpp sketch.cpp sketch_descriptors.cpp sketch_picture.cpp
  LINK emojiscope::core PNG::PNG JPEG::JPEG GIF::GIF PkgConfig::WEBP OpenSSL::Crypto)
emojiscope_fuzz_room(embedding
  SOURCES char_ngram_tokenizer.cpp clip_bpe_tokenizer.cpp model_package.cpp
          wordpiece_tokenizer.cpp
  LINK emojiscope::image emojiscope::core PkgConfig::ICU yaml-cpp)
emojiscope_fuzz_room(store
  SOURCES catalogue_changes.cpp catalogue_names.cpp catalogue_reads.cpp catalogue_rows.cpp
          catalogue_texts.cpp connection.cpp database.cpp database_copy.cpp durable_queue.cpp
          part_file.cpp schema.cpp
          sqlite_model_move.cpp sqlite_settings.cpp sqlite_thumbnails.cpp sqlite_verdicts.cpp
          store.cpp upgrade_copy.cpp vector_blob.cpp writer_lock.cpp
  LINK emojiscope::search emojiscope::core SQLiteCpp nlohmann_json::nlohmann_json)
emojiscope_fuzz_room(slack
  SOURCES block_kit.cpp bounded_json.cpp envelope.cpp mrkdwn.cpp proxy.cpp slack_file.cpp url.cpp boost_url.cpp
  LINK emojiscope::core nlohmann_json::nlohmann_json)
emojiscope_fuzz_room(bot
  SOURCES alert_view.cpp answer_view.cpp home_view.cpp incoming.cpp picker_view.cpp question.cpp
          reaction_view.cpp view_parts.cpp wording.cpp
  LINK emojiscope::search emojiscope::slack emojiscope::core spdlog::spdlog)
emojiscope_fuzz_room(simulator SOURCES block_check.cpp
  LINK emojiscope::core nlohmann_json::nlohmann_json)
emojiscope_fuzz_room(app
  SOURCES config.cpp config_sections.cpp import_source.cpp nearest_key.cpp
  LINK emojiscope::bot emojiscope::embedding emojiscope::image emojiscope::search
       emojiscope::slack emojiscope::core yaml-cpp)
target_compile_definitions(fuzz_room_app PRIVATE EMOJISCOPE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
