# package.cmake - what cpack makes: a Debian package (cpack -G DEB in the build folder) and a source
# archive (cpack --config CPackSourceConfig.cmake).
set(CPACK_PACKAGE_VENDOR "the xnc authors")
set(CPACK_PACKAGE_CONTACT "the xnc authors <xnc@users.noreply.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "compiler of Xception networks to plain C")
set(CPACK_PACKAGE_DESCRIPTION
"xnc turns a trained network of the Xception family into C that a program links:
a description or a known name and a checkpoint go in, readable C and a file of
packed weights come out, with the same bits on every machine.
This package holds the tool, the runtime library with its headers and sources,
and what CMake and pkg-config need to find them.")
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
# Folders and programs are 755 and files 644, whatever the mask of who packs.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ
    GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# 'xnc run' and the like build what they wrote; exp, erf and softmax in products need SLEEF.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gcc | clang, libc6-dev, libsleef-dev")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "cmake, pkg-config, python3-numpy")
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/debian_docs.cmake)

set(CPACK_SOURCE_GENERATOR TGZ)
set(CPACK_SOURCE_PACKAGE_FILE_NAME xnc-${PROJECT_VERSION})
# Folders of builds, what editors and Python leave, and the folders of version control.
set(CPACK_SOURCE_IGNORE_FILES "/build[^/]*/" "/\\.git/" "/\\.git$" "/__pycache__/" "/\\.cache/"
    "~$" "\\.swp$" "/compile_commands\\.json$")
include(CPack)
