# embed.cmake - turns files into one C file of byte arrays, the table that embed.h declares.
#
# Included, it gives embed_files(OUT.c ROOT FILE...), a custom command that runs this same file as a
# script whenever one of the files changes. Paths in the table are relative to ROOT, in order.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  function(embed_files out root)
    list(SORT ARGN)
    # A change of the list must regenerate too, also one that only takes a file away.
    file(CONFIGURE OUTPUT ${out}.list CONTENT "${ARGN}" @ONLY)
    add_custom_command(
      OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DROOT=${root} -DLIST=${out}.list
              -P ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
      DEPENDS ${ARGN} ${out}.list ${CMAKE_CURRENT_FUNCTION_LIST_FILE}
      COMMENT "Embedding descriptions, runtime and the page of reports"
      VERBATIM)
  endfunction()
  return()
endif()

file(READ ${LIST} files)
set(arrays "")
set(rows "")
set(count 0)
foreach(file IN LISTS files)
  file(RELATIVE_PATH path ${ROOT} ${file})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} hex HEX)
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
  # Bytes beyond ASCII as characters: as numbers they would not fit a signed char.
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," hex "${hex}")
  string(APPEND arrays "/* ${path} */\nstatic const char file_${count}[] = {\n${hex}0};\n\n")
  string(APPEND rows "    {\"${path}\", \"${name}\", file_${count}, ${size}},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUT} "#include \"embed.h\"\n\n${arrays}"
  "const EmbeddedFile embedded_files[] = {\n${rows}};\n"
  "const size_t embedded_files_count = ${count};\n")
