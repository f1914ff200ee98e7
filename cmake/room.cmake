# room.cmake - a room of the house: a folder that is a library with its own include path.
#
#   add_room(xnc_weights LINK xnc_system xnc_graph)
#
# makes the library of all C files of the current folder. Its headers are reached by the rooms that
# name it after LINK, and by those that name them: a room that may not include another one does not
# find that one's headers. tests/house states the same as a table and names the offence.
function(add_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "LINK;EXTRA")
  file(GLOB sources CONFIGURE_DEPENDS *.c)
  if(sources OR room_EXTRA)
    add_library(${name} STATIC ${sources} ${room_EXTRA})
    target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${name} PUBLIC ${room_LINK})
  else()
    add_library(${name} INTERFACE)
    target_include_directories(${name} INTERFACE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(${name} INTERFACE ${room_LINK})
  endif()
endfunction()
