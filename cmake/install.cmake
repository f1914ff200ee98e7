# install.cmake - what 'cmake --install' puts where: the tool, the runtime (library, headers, and
# sources for cross builds), the CMake package, xnc.pc, the documents and examples.
include(CMakePackageConfigHelpers)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/xnc)
set(xnc_runtime_sources ${CMAKE_INSTALL_DATADIR}/xnc/runtime)
set(headers ${CMAKE_INSTALL_INCLUDEDIR}/xnc)

file(GLOB runtime_headers CONFIGURE_DEPENDS runtime/*.h runtime/*.hpp)
list(FILTER runtime_headers EXCLUDE REGEX "_internal\\.h$")
install(FILES ${runtime_headers} DESTINATION ${headers})
install(DIRECTORY runtime/ DESTINATION ${xnc_runtime_sources} FILES_MATCHING REGEX "[.](c|h|hpp)$")
install(TARGETS xnc_runtime xnc_runtime_profile xnc_top EXPORT xnc ARCHIVE INCLUDES DESTINATION ${headers})
install(EXPORT xnc FILE xnc-targets.cmake NAMESPACE xnc:: DESTINATION ${package})

configure_package_config_file(cmake/xnc-config.cmake.in xnc-config.cmake
                              INSTALL_DESTINATION ${package} PATH_VARS xnc_runtime_sources)
# The tool of one machine serves builds for any other.
write_basic_package_version_file(xnc-config-version.cmake COMPATIBILITY SameMinorVersion
                                 ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/xnc-config.cmake ${PROJECT_BINARY_DIR}/xnc-config-version.cmake
              ${PROJECT_BINARY_DIR}/model/xnc_facts.cmake cmake/xnc_add_model.cmake
              cmake/xnc_runtime.cmake DESTINATION ${package})

file(RELATIVE_PATH xnc_pc_to_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" xnc_pc_to_prefix ${xnc_pc_to_prefix})
configure_file(cmake/xnc.pc.in xnc.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/xnc.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs examples DESTINATION ${CMAKE_INSTALL_DOCDIR})
