# emojiscope_long_run(NAME SCRIPT COMMENT TIMEOUT SECONDS SHORT ARGUMENTS...)
# A script that takes the program's path: for long as the target NAME, shortly (with ARGUMENTS) as a
# test of that name. Not a test with sanitizers, under which it would take too long and every figure
# would be another.
function(emojiscope_long_run name script comment)
  cmake_parse_arguments(PARSE_ARGV 3 run "" "TIMEOUT" "SHORT")
  add_custom_target(${name}
    COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/${script} $<TARGET_FILE:emojiscope>
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
    DEPENDS emojiscope
    USES_TERMINAL
    COMMENT "${comment}")
  if(NOT EMOJISCOPE_SANITIZE)
    add_test(NAME ${name}
      COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/${script} $<TARGET_FILE:emojiscope>
        ${run_SHORT})
    set_tests_properties(${name} PROPERTIES TIMEOUT ${run_TIMEOUT} RUN_SERIAL ON)
  endif()
endfunction()
