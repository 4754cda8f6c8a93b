#include "plugin/results/uuid.h"

#include <gtest/gtest.h>

#include <set>

namespace slidetype {
namespace {

SlideIdentity slide(const std::string& source, const std::string& quickhash) {
    SlideIdentity identity;
    identity.source = source;
    identity.quickhash = quickhash;
    identity.width = 1000;
    identity.height = 800;
    return identity;
}

TEST(Uuid, IsOfVersionFiveAndOfTheNameAlone) {
    // Reckoned with another implementation (Python's uuid.uuid5) in the same namespace.
    EXPECT_EQ(name_uuid("slidetype"), "4c31c7ac-a0fd-5a26-a3cf-89c3baa59e37");
    EXPECT_EQ(name_uuid("").size(), 36U);
    EXPECT_EQ(name_uuid("")[14], '5');
}

TEST(Uuid, ObjectIdsAreStable) {
    const ObjectIds first(slide("/a/x.svs", "hash")), again(slide("/a/x.svs", "hash"));
    EXPECT_EQ(first("tile", 17), again("tile", 17));
}

TEST(Uuid, ObjectIdsFollowTheQuickhashAndNotThePlace) {
    EXPECT_EQ(ObjectIds(slide("/a/x.svs", "hash"))("tile", 1), ObjectIds(slide("/b/y.svs", "hash"))("tile", 1));
    EXPECT_NE(ObjectIds(slide("/a/x.svs", "hash"))("tile", 1), ObjectIds(slide("/a/x.svs", "other"))("tile", 1));
}

TEST(Uuid, WithoutAQuickhashTheFileNameAndSizeTellSlidesApart) {
    SlideIdentity larger = slide("/a/x.svs", "");
    larger.width = 2000;
    const ObjectIds ids(slide("/a/x.svs", ""));
    EXPECT_EQ(ids("tile", 1), ObjectIds(slide("/elsewhere/x.svs", ""))("tile", 1));
    EXPECT_NE(ids("tile", 1), ObjectIds(slide("/a/y.svs", ""))("tile", 1));
    EXPECT_NE(ids("tile", 1), ObjectIds(larger)("tile", 1));
}

TEST(Uuid, NoTwoObjectsOfASlideShareAnId) {
    const ObjectIds ids(slide("/a/x.svs", "hash"));
    std::set<std::string> seen;
    for (std::size_t k = 0; k < 1000; ++k) {
        for (const char* kind : {"tile", "call", "region"}) EXPECT_TRUE(seen.insert(ids(kind, k)).second);
    }
}

}  // namespace
}  // namespace slidetype
