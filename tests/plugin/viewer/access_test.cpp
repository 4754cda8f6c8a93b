#include "plugin/viewer/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slidetype::viewer {
namespace {

class AccessTest : public ::testing::Test {
  protected:
    /// A request as the page sends it, for `path` behind the token.
    HttpRequest good(const std::string& path, const std::string& method = "GET") const {
        HttpRequest request;
        request.method = method;
        request.path = token_path() + path;
        request.host = "127.0.0.1:4711";
        if (method != "GET") {
            request.content_type = "application/json";
            request.from_page = true;
            request.origin = "http://127.0.0.1:4711";
        }
        return request;
    }
    std::string token_path() const {
        const auto address = access.address();
        return address.substr(std::string("http://127.0.0.1:4711").size(), 33);
    }
    /// 0 where the request is let pass.
    int status(HttpRequest request) const {
        const auto refusal = access.check(request);
        return refusal ? refusal->status : 0;
    }
    Access access{4711};
};

TEST_F(AccessTest, ThePageMayAskAndThePathLosesTheToken) {
    auto request = good("/api/batch");
    EXPECT_FALSE(access.check(request));
    EXPECT_EQ(request.path, "/api/batch");
    auto root = good("/");
    EXPECT_FALSE(access.check(root));
    EXPECT_EQ(root.path, "/");
    auto change = good("/api/slides/x/run", "POST");
    EXPECT_FALSE(access.check(change));
    auto local = good("/");
    local.host = "localhost:4711";
    EXPECT_FALSE(access.check(local));
}

TEST_F(AccessTest, EveryViewerHasATokenOfItsOwn) {
    EXPECT_NE(access.address(), Access(4711).address());
    EXPECT_EQ(access.address().size(), std::string("http://127.0.0.1:4711/").size() + 33);
}

TEST_F(AccessTest, WithoutTheSlashItIsSentToThePage) {
    auto request = good("");
    const auto answer = access.check(request);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 308);
    EXPECT_EQ(answer->location, token_path() + "/");
}

TEST_F(AccessTest, AnyPortOfThisMachineMayBeForwardedToIt) {
    for (const std::string host : {"localhost:9000", "127.0.0.1:9000", "[::1]:8765", "[::1]", "LOCALHOST:4711",
                                   "Localhost", "localhost", "127.0.0.1", "localhost:80"}) {
        auto request = good("/api/batch");
        request.host = host;
        EXPECT_EQ(status(request), 0) << host;
        auto change = good("/api/slides/x/annotations", "PUT");
        change.host = host;
        change.origin = "http://" + host;
        EXPECT_EQ(status(change), 0) << host;
    }
}

TEST_F(AccessTest, AnotherHostNameIsRefusedWithWhatToDo) {
    for (const auto* host : {"evil.example", "evil.example:4711", "foo.localhost:4711", "localhost.evil.example",
                             "localhost:", "localhost:x", "localhost:123456", "127.0.0.1:4711.evil", "127.0.0.10",
                             "[::1", "[::1]x", "::1", "192.168.0.1:4711", ""}) {
        auto request = good("/api/batch");
        request.host = host;
        EXPECT_EQ(status(request), 421) << host;
    }
    auto request = good("/");
    request.host = "pathology.example:4711";
    EXPECT_THAT(access.check(request)->text, ::testing::HasSubstr("ssh -L 4711:127.0.0.1:4711"));
}

TEST_F(AccessTest, AnOriginOfAnotherPortOrNameIsAnotherSite) {
    auto request = good("/api/slides/x/annotations", "PUT");
    request.host = "localhost:9000";
    for (const auto* origin : {"http://localhost:4711", "http://127.0.0.1:9000", "https://localhost:9000", "null"}) {
        request.origin = origin;
        EXPECT_EQ(status(request), 403) << origin;
    }
}

TEST_F(AccessTest, AWrongTokenIsRefused) {
    auto request = good("/api/batch");
    request.path[5] = request.path[5] == 'a' ? 'b' : 'a';
    EXPECT_EQ(status(request), 403);
    for (const auto* path : {"", "/", "/api/batch", "//api/batch", "x", "/../", "/\xff\xff"}) {
        request.path = path;
        EXPECT_EQ(status(request), 403) << path;
    }
    request.path = token_path() + "x/api/batch";
    EXPECT_EQ(status(request), 403) << "the token must be the whole first part";
    request.path = token_path().substr(0, 20) + "/api/batch";
    EXPECT_EQ(status(request), 403);
}

TEST_F(AccessTest, AnotherSiteIsRefused) {
    for (const auto* origin : {"http://evil.example", "null", "https://127.0.0.1:4711", "http://127.0.0.1:4712"}) {
        auto request = good("/api/batch");
        request.origin = origin;
        EXPECT_EQ(status(request), 403) << origin;
    }
}

TEST_F(AccessTest, ChangesThatAFormOfAnotherPageCouldSendAreRefused) {
    auto request = good("/api/slides/x/run", "POST");
    request.from_page = false;
    EXPECT_EQ(status(request), 403);
    request = good("/api/slides/x/annotations", "PUT");
    request.content_type = "text/plain";
    EXPECT_EQ(status(request), 403);
    request.content_type = "";
    EXPECT_EQ(status(request), 403);
}

}  // namespace
}  // namespace slidetype::viewer
