// Small model packages to test with, of any dimension: real TorchScript, quick to load and to run.
#pragma once

#include <filesystem>
#include <string>

namespace emojiscope::fakes {

/// Writes a package into `folder`, which is made. Pictures are told apart by their colours, cell by
/// cell; which direction a colour has is drawn by `seed`. Words and pictures have nothing to do
/// with each other.
void write_model_package(const std::filesystem::path& folder, const std::string& name,
                         const std::string& version, int dimension, unsigned seed);

}  // namespace emojiscope::fakes
