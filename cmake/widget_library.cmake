# SPDX-License-Identifier: GPL-3.0-or-later
# limbeck_widget_library(NAME SOURCES ... HEADERS ... LIBRARIES ...): the target of one folder of widgets, limbeck::widgets_NAME.
# QT_NO_KEYWORDS everywhere, so that a header of LibTorch, which uses the word `slots`, could never clash.
function(limbeck_widget_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;LIBRARIES" ${ARGN})
  set(target limbeck_widgets_${name})
  add_library(${target} STATIC)
  add_library(limbeck::widgets_${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES AUTOMOC ON AUTORCC ON)
  target_sources(${target} PRIVATE ${ARG_SOURCES}
                 PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ARG_HEADERS})
  target_compile_definitions(${target} PUBLIC QT_NO_KEYWORDS)
  target_link_libraries(${target} PUBLIC Qt6::Widgets ${ARG_LIBRARIES} PRIVATE limbeck::options)
endfunction()
