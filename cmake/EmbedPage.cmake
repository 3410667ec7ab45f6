# emojiscope_embed_page(FILE...)
# Reads the files of a web page from page/ and sets PAGE_<file> for each to the raw literals of C++
# that hold it: in pieces, since a compiler need not take longer ones than 64 KiB.
function(emojiscope_embed_page)
  foreach(file ${ARGN})
    string(MAKE_C_IDENTIFIER ${file} id)
    file(READ page/${file} content)
    string(REPLACE "\n\n" "\n)page\"\nR\"page(\n" content "${content}")
    set(PAGE_${id} "R\"page(${content})page\"" PARENT_SCOPE)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS page/${file})
  endforeach()
endfunction()
