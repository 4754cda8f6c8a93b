#pragma once

#include <cstddef>
#include <cstdint>

#include "base/budget.h"
#include "plugin/viewer/byte_cache.h"
#include "plugin/viewer/http_message.h"
#include "plugin/viewer/light_table/viewed_pictures.h"

namespace slidetype::viewer {

/// Pictures of a light table as the page shows them: decoded as for scoring, upright, over white, and written anew as
/// JPEG, so that nothing but pixels leaves the server. Thread-safe; several requests are worked on at once.
class PictureFiles {
  public:
    static constexpr int kThumbnailEdge = 320;
    static constexpr int kLargestEdge = 8192;
    /// Pixels: of more not even a thumbnail is made, which would take minutes.
    static constexpr std::int64_t kMostPixels = std::int64_t{1} << 30;

    /// Not larger than kThumbnailEdge. A picture that cannot be shown is an answer with the reason.
    HttpResponse thumbnail(const TablePicture& picture, const HttpRequest& request);
    /// All of its pixels, up to an edge of kLargestEdge.
    /// Large pictures are read by rows, so that memory stays within bounds however large they are.
    HttpResponse whole(const TablePicture& picture, const HttpRequest& request);
    /// The heatmap that `score` wrote of a picture that it cut into tiles, as it is.
    static HttpResponse heatmap(const TablePicture& picture);

  private:
    HttpResponse shown(const TablePicture& picture, const HttpRequest& request, int edge, int quality);

    ByteCache thumbnails_{std::size_t{192} << 20}, wholes_{std::size_t{64} << 20};
    Budget room_{std::int64_t{512} << 20};  ///< bytes that are decoded at once
};

}  // namespace slidetype::viewer
