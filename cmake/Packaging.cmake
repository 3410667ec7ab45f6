# The Debian package: cmake --build build/release --target deb
# makes build/release/deb/emojiscope_VERSION_ARCHITECTURE.deb.
set(EMOJISCOPE_PACKAGE_CONTACT "Emojiscope maintainers <root@localhost>" CACHE STRING
    "Whom the Debian package names as its maintainer")

file(STRINGS deploy/runtime-packages.txt runtime_packages REGEX "^[a-z0-9]")
list(TRANSFORM runtime_packages REPLACE "[ \t]*#.*$" "")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${CMAKE_SOURCE_DIR}/deploy/runtime-packages.txt)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME emojiscope)
set(CPACK_PACKAGE_CONTACT "${EMOJISCOPE_PACKAGE_CONTACT}")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/deb)
# DESTDIR, so that both the prefix and /etc/emojiscope end in the package, not on this machine.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_CMAKE_PROJECTS
    "${CMAKE_BINARY_DIR};emojiscope;Unspecified;/;${CMAKE_BINARY_DIR};emojiscope;debian;/")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
list(JOIN runtime_packages ", " CPACK_DEBIAN_PACKAGE_DEPENDS)
string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS ", adduser")  # its scripts make the user
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Slack bot that knows every custom emoji by sight")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Finds custom emoji by their names, the words in their pictures, their meaning
in 126 languages and their looks, and tells of uploads that are there already.
Comes with its model, and a service for systemd that starts once there are
tokens in /etc/emojiscope.")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/deploy/debian/conffiles ${CMAKE_SOURCE_DIR}/deploy/debian/postinst
    ${CMAKE_SOURCE_DIR}/deploy/debian/prerm ${CMAKE_SOURCE_DIR}/deploy/debian/postrm)
include(CPack)

add_custom_target(deb
  COMMAND ${CMAKE_COMMAND} -E rm -rf ${CMAKE_BINARY_DIR}/deb  # what an earlier version left
  COMMAND ${CMAKE_CPACK_COMMAND} --config ${CMAKE_BINARY_DIR}/CPackConfig.cmake
  WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
  DEPENDS emojiscope
  USES_TERMINAL
  COMMENT "The Debian package")
