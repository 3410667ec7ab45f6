#include "emojiscope/map/fonts.hpp"

#include <pango/pangocairo.h>

#include <memory>

namespace emojiscope::map {
namespace {

struct Unref {
    void operator()(gpointer object) const { g_object_unref(object); }
};

}  // namespace

bool can_write(std::string_view text) {
    PangoFontMap* const fonts = pango_cairo_font_map_get_default();  // it stays the library's
    PangoFontFamily** families = nullptr;
    int count = 0;
    pango_font_map_list_families(fonts, &families, &count);
    g_free(static_cast<gpointer>(families));
    if (count == 0) {
        return false;  // Pango would end the program over the search for one
    }
    const std::unique_ptr<PangoContext, Unref> context(pango_font_map_create_context(fonts));
    const std::unique_ptr<PangoLayout, Unref> layout(pango_layout_new(context.get()));
    PangoFontDescription* const description = pango_font_description_from_string("Sans 16");
    pango_layout_set_font_description(layout.get(), description);
    pango_font_description_free(description);
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    return pango_layout_get_unknown_glyphs_count(layout.get()) == 0;
}

}  // namespace emojiscope::map
