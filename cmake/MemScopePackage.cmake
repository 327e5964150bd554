# What find_package(MemScope) finds: headers and memscope_instrument(), no more. The
# libraries of the tools are not installed.

include(CMakePackageConfigHelpers)

# The same symbols that memscope-cc exports from executables (driver/cc/plan.c).
file(STRINGS ${PROJECT_SOURCE_DIR}/include/memscope/hooks.def _lines REGEX "^MS_(COLD_)?HOOK\\(")
file(STRINGS ${PROJECT_SOURCE_DIR}/include/memscope/abi.h _names REGEX "SYMBOL_NAME \"")
set(MEMSCOPE_EXPORTED_SYMBOLS "")
foreach(_line IN LISTS _lines _names)
  string(REGEX MATCH "__memscope_[a-z0-9_]+" _symbol "${_line}")
  string(APPEND MEMSCOPE_EXPORTED_SYMBOLS " ${_symbol}")
endforeach()

set_target_properties(memscope_headers PROPERTIES EXPORT_NAME headers)
# The build tree's include directory must not get into the installed package.
get_target_property(_dirs memscope_headers INTERFACE_INCLUDE_DIRECTORIES)
set_target_properties(memscope_headers PROPERTIES INTERFACE_INCLUDE_DIRECTORIES
  "$<BUILD_INTERFACE:${_dirs}>;$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")

set(_package ${CMAKE_INSTALL_LIBDIR}/cmake/MemScope)
install(TARGETS memscope_headers EXPORT MemScopeTargets)
install(EXPORT MemScopeTargets NAMESPACE MemScope:: DESTINATION ${_package})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/MemScopeConfig.cmake.in
  ${PROJECT_BINARY_DIR}/MemScopeConfig.cmake INSTALL_DESTINATION ${_package}
  PATH_VARS MEMSCOPE_LIBDIR)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/MemScopeConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/MemScopeConfig.cmake
  ${PROJECT_BINARY_DIR}/MemScopeConfigVersion.cmake DESTINATION ${_package})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE-MIT ${PROJECT_SOURCE_DIR}/LICENSE-APACHE
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
