# debian_docs.cmake - run by cpack on the files of a Debian package: documents where and how Debian
# has them. The copyright file has that name, a changelog is compressed.
set(share ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr/share)
set(docs ${share}/doc/xnc)
if(CPACK_GENERATOR STREQUAL "DEB" AND EXISTS ${docs}/LICENSE)
  file(RENAME ${docs}/LICENSE ${docs}/copyright)
  file(RENAME ${docs}/CHANGELOG.md ${docs}/changelog)
  execute_process(COMMAND gzip -9n ${docs}/changelog COMMAND_ERROR_IS_FATAL ANY)
  file(GLOB pages ${share}/man/man1/*.1)
  foreach(page IN LISTS pages)
    execute_process(COMMAND gzip -9n ${page} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endif()
