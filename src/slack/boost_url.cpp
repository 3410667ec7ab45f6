// Boost.URL is header-only once its sources are compiled in exactly one place.
#include <boost/url/src.hpp>
