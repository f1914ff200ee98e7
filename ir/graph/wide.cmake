# The interpreter's chain of multiply-adds, compiled again for build machines where fmaf is one
# instruction; interp_choose.c asks at run time whether this processor has the features.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  add_library(xnc_ir_wide OBJECT ${CMAKE_CURRENT_LIST_DIR}/interp_chain.c)
  target_include_directories(xnc_ir_wide PRIVATE $<TARGET_PROPERTY:xnc_graph,INCLUDE_DIRECTORIES>)
  target_compile_definitions(xnc_ir_wide PRIVATE CHAIN=chain_wide)
  target_compile_options(xnc_ir_wide PRIVATE -O3 -mavx2 -mfma)
  target_sources(xnc_graph PRIVATE $<TARGET_OBJECTS:xnc_ir_wide>)
  set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/interp_choose.c PROPERTIES
    COMPILE_DEFINITIONS "WIDE_FEATURE=\"avx2\";WIDE_FEATURE_TOO=\"fma\"")
endif()
