# What `cmake --install build/release --prefix DIR` puts where. The program finds its model at
# ../share/emojiscope/models from where it lies itself (src/app/config.cpp), so DIR may be any.
include(GNUInstallDirs)

set(share ${CMAKE_INSTALL_DATADIR}/emojiscope)
set(doc ${CMAKE_INSTALL_DATADIR}/doc/emojiscope)

install(TARGETS emojiscope RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES
  models/emojiclip/model.yaml models/emojiclip/image.pt models/emojiclip/text.pt
  models/emojiclip/README.md
  DESTINATION ${share}/models/emojiclip)
install(FILES models/concepts/concepts.gz models/concepts/README.md
        DESTINATION ${share}/models/concepts)
install(FILES models/README.md DESTINATION ${share}/models)
install(FILES manifests/slack-app.yaml DESTINATION ${share}/manifests)
install(FILES README.md SECURITY.md LICENSE THIRD_PARTY.md DESTINATION ${doc})
install(FILES deploy/README.md deploy/config.yaml deploy/config.example.yaml
        DESTINATION ${doc}/deploy)
install(FILES deploy/grafana/emojiscope.json DESTINATION ${doc}/deploy/grafana)
install(FILES deploy/prometheus/alerts.yaml deploy/prometheus/alerts_test.yaml
              deploy/prometheus/scrape.yaml
        DESTINATION ${doc}/deploy/prometheus)

# The service names its program by an absolute path, and which prefix it is to have is known when
# it is installed, not before.
configure_file(cmake/install_service.cmake.in install_service.cmake @ONLY)
install(SCRIPT ${CMAKE_BINARY_DIR}/install_service.cmake)

# Only for the Debian package: an absolute path, whatever the prefix, and the name that Debian has
# for a licence.
install(FILES deploy/config.yaml DESTINATION /etc/emojiscope COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES LICENSE DESTINATION ${doc} RENAME copyright COMPONENT debian EXCLUDE_FROM_ALL)
