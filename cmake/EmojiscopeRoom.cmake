# One function for a room (a static library), one for a test program.

add_library(emojiscope_flags INTERFACE)
target_compile_features(emojiscope_flags INTERFACE cxx_std_20)
target_compile_options(emojiscope_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wnull-dereference -Werror)
# g++ 12 reports uses of uninitialised or freed memory inside libstdc++, Asio and Catch2 once
# they are inlined; none of these reports is about code of ours.
target_compile_options(emojiscope_flags INTERFACE
  -Wno-error=maybe-uninitialized -Wno-error=null-dereference -Wno-error=stringop-overflow
  -Wno-error=array-bounds -Wno-error=restrict -Wno-error=dangling-pointer
  # With full inlining there are so many of them that nobody would read the rest.
  $<$<CONFIG:Release>:-Wno-maybe-uninitialized> $<$<CONFIG:Release>:-Wno-null-dereference>
  $<$<CONFIG:Release>:-Wno-stringop-overflow> $<$<CONFIG:Release>:-Wno-array-bounds>
  $<$<CONFIG:Release>:-Wno-restrict> $<$<CONFIG:Release>:-Wno-dangling-pointer>)

if(EMOJISCOPE_SANITIZE)
  add_compile_options(-fsanitize=${EMOJISCOPE_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${EMOJISCOPE_SANITIZE})
  # g++ 12 then takes the two halves of Asio's allocator for coroutine frames for a mismatched pair.
  target_compile_options(emojiscope_flags INTERFACE -Wno-error=mismatched-new-delete
    # Asio has fences that ThreadSanitizer does not understand.
    -Wno-error=tsan)
endif()

# emojiscope_room(NAME SOURCES a.cpp… [PUBLIC lib…] [PRIVATE lib…] [PRECOMPILE <header>…])
# makes emojiscope::NAME. Third-party libraries belong under PRIVATE.
function(emojiscope_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;PUBLIC;PRIVATE;PRECOMPILE" ${ARGN})
  set(target emojiscope_${name})
  add_library(${target} STATIC ${ROOM_SOURCES})
  add_library(emojiscope::${name} ALIAS ${target})
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/include
                             PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(${target}
    PUBLIC ${ROOM_PUBLIC} emojiscope::boost
    PRIVATE emojiscope_flags ${ROOM_PRIVATE})
  if(ROOM_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ROOM_PRECOMPILE})
  endif()
endfunction()

# emojiscope_timeout(SECONDS TEST…): so long on a machine that has other work, without sanitizers.
# ThreadSanitizer makes a program that uses all cores about ten times slower.
function(emojiscope_timeout seconds)
  if(EMOJISCOPE_SANITIZE MATCHES "thread")
    math(EXPR seconds "10 * ${seconds}")
  endif()
  set_tests_properties(${ARGN} PROPERTIES TIMEOUT ${seconds})
endfunction()

# emojiscope_test(NAME SOURCES a_test.cpp… LINK lib… [TIMEOUT seconds])
# makes the program test_NAME with Catch2's main and registers it as one ctest.
function(emojiscope_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  add_executable(test_${name} ${TEST_SOURCES})
  target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(test_${name} PRIVATE emojiscope_flags emojiscope_test_main ${TEST_LINK})
  add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  emojiscope_timeout(${TEST_TIMEOUT} ${name})
endfunction()
