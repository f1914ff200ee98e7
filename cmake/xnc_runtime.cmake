# xnc_runtime.cmake - xnc::runtime and xnc::top from the sources in xnc_runtime_sources, once for the
# whole project. They may be linked into a shared library, and they refuse -ffast-math, which a project
# may want for itself.
if(NOT TARGET xnc_runtime)
  file(GLOB xnc_sources "${xnc_runtime_sources}/*.c")
  list(REMOVE_ITEM xnc_sources "${xnc_runtime_sources}/top.c")
  add_library(xnc_runtime STATIC EXCLUDE_FROM_ALL ${xnc_sources})
  add_library(xnc_top STATIC EXCLUDE_FROM_ALL "${xnc_runtime_sources}/top.c")
  target_link_libraries(xnc_runtime PUBLIC Threads::Threads)
  target_link_libraries(xnc_top PUBLIC sleef)
  foreach(library runtime top)
    target_compile_features(xnc_${library} PRIVATE c_std_11)
    target_compile_options(xnc_${library} PRIVATE -fno-fast-math)
    set_target_properties(xnc_${library} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_include_directories(xnc_${library} PUBLIC "${xnc_runtime_sources}")
    add_library(xnc::${library} ALIAS xnc_${library})
  endforeach()
endif()
