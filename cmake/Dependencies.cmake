# Every third-party library in one place, each as a target that one room links.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
find_package(GIF REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(OpenMP REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(WEBP REQUIRED IMPORTED_TARGET libwebp libwebpdemux)
pkg_check_modules(ICU REQUIRED IMPORTED_TARGET icu-uc icu-i18n)

pkg_check_modules(PANGOCAIRO REQUIRED IMPORTED_TARGET pangocairo)

pkg_check_modules(TESSERACT REQUIRED IMPORTED_TARGET tesseract)

# MeCab has neither CMake files nor pkg-config's.
find_library(MECAB_LIBRARY mecab REQUIRED)
find_path(MECAB_INCLUDE mecab.h REQUIRED)
add_library(emojiscope_mecab INTERFACE)
add_library(emojiscope::mecab ALIAS emojiscope_mecab)
target_include_directories(emojiscope_mecab SYSTEM INTERFACE ${MECAB_INCLUDE})
target_link_libraries(emojiscope_mecab INTERFACE ${MECAB_LIBRARY})

# Boost 1.81, header-only, ahead of Debian's default 1.74 (see deploy/install-deps.sh).
add_library(emojiscope_boost INTERFACE)
add_library(emojiscope::boost ALIAS emojiscope_boost)
set(boost_include ${EMOJISCOPE_BOOST_PREFIX}/usr/include)
if(NOT EXISTS ${boost_include}/boost/version.hpp)
  message(FATAL_ERROR "Boost 1.81 is not in ${boost_include}: run deploy/install-deps.sh, "
                      "or set EMOJISCOPE_BOOST_PREFIX")
endif()
file(STRINGS ${boost_include}/boost/version.hpp boost_version_line REGEX "define BOOST_VERSION ")
if(NOT boost_version_line MATCHES "1081[0-9][0-9]|108[2-9][0-9][0-9]|109[0-9][0-9][0-9]")
  message(FATAL_ERROR "Boost in ${boost_include} is older than 1.81")
endif()
target_include_directories(emojiscope_boost SYSTEM INTERFACE ${boost_include})
target_link_libraries(emojiscope_boost INTERFACE Threads::Threads)

# prometheus-cpp: the core library is installed, its headers lie apart (see deploy/install-deps.sh).
# The link without a version is in the package that is not installed.
find_library(PROMETHEUS_CORE_LIBRARY
  NAMES prometheus-cpp-core libprometheus-cpp-core.so.1.0 REQUIRED)
find_path(PROMETHEUS_INCLUDE prometheus/registry.h
  HINTS ${EMOJISCOPE_PROMETHEUS_PREFIX}/usr/include REQUIRED)
add_library(emojiscope_prometheus INTERFACE)
add_library(emojiscope::prometheus ALIAS emojiscope_prometheus)
target_include_directories(emojiscope_prometheus SYSTEM INTERFACE ${PROMETHEUS_INCLUDE})
target_link_libraries(emojiscope_prometheus INTERFACE ${PROMETHEUS_CORE_LIBRARY} Threads::Threads)

# libtorch: Debian's package has no absolute need of CUDA; its CMake files want none either.
find_package(Torch REQUIRED)

# oneDNN, the copy that libtorch itself uses.
find_library(DNNL_LIBRARY dnnl REQUIRED)
find_path(DNNL_INCLUDE oneapi/dnnl/dnnl.hpp REQUIRED)

# Faiss in Debian is a static library without CMake files.
find_library(FAISS_LIBRARY faiss REQUIRED)
find_path(FAISS_INCLUDE faiss/IndexFlat.h REQUIRED)
find_library(BLAS_LIBRARY NAMES blas libblas.so.3 REQUIRED)
find_library(LAPACK_LIBRARY NAMES lapack liblapack.so.3 REQUIRED)
add_library(emojiscope_faiss INTERFACE)
add_library(emojiscope::faiss ALIAS emojiscope_faiss)
target_include_directories(emojiscope_faiss SYSTEM INTERFACE ${FAISS_INCLUDE})
target_link_libraries(emojiscope_faiss INTERFACE
  ${FAISS_LIBRARY} ${LAPACK_LIBRARY} ${BLAS_LIBRARY} OpenMP::OpenMP_CXX)
