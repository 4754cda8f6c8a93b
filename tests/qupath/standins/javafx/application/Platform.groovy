package javafx.application

class Platform {
    static void runLater(Runnable what) { what.run() }
}
