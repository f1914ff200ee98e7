# target_flags.cmake - the compiler's flags of each target, from its data file in ir/target/: sets
# xnc_flags to the text that xnc_add_model() reads.
file(STRINGS ir/target/targets.def files REGEX "^#include")
set(xnc_flags "")
foreach(line IN LISTS files)
  string(REGEX REPLACE ".*\"(.*)\\.def\".*" "\\1" target ${line})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ir/target/${target}.def)
  file(READ ir/target/${target}.def text)
  if(NOT text MATCHES "\\.cc_flags = \"([^\"]*)\",")
    message(FATAL_ERROR "ir/target/${target}.def: .cc_flags is not one string")
  endif()
  string(REPLACE " " ";" flags "${CMAKE_MATCH_1}")
  string(APPEND xnc_flags "set(xnc_flags_${target} \"${flags}\")\n")
endforeach()
